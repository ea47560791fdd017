// One page of each kind, with what is special in it.

export const pages = [
  {name: "home", path: "/"},
  {name: "catalog", path: "/catalog/all-year/"},
  {name: "catalog-seasonal", path: "/catalog/fall-harvest/"},
  {name: "category-parent", path: "/catalog/all-year/pantry/"},
  {name: "category-leaf", path: "/catalog/all-year/preserves/"},
  {name: "category-sorted", path: "/catalog/all-year/kitchen/?sort=-price&page=2"},
  {name: "category-filtered", path: "/catalog/all-year/teas/?filter=caffeine:none&filter=caffeine:low"},
  {name: "category-filtered-away", path: "/catalog/all-year/teas/?filter=caffeine:none&filter=material:stoneware"},
  {name: "list", path: "/product/"},
  {name: "list-last-page", path: "/product/?sort=newest&page=999999999999"},
  {name: "product", path: "/product/cranberry-orange-preserve/"},
  {name: "product-other", path: "/product/enamelled-dutch-oven-5-5-l/"},
  {name: "product-variants", path: "/product/linen-tablecloth/"},
  {name: "product-variant-chosen", path: "/product/recycled-wool-picnic-blanket/?variant=CR-2498-TH-4"},
  {name: "manufacturer", path: "/manufacturer/kiln-and-table/"},
  {name: "search", path: "/search/?q=cranberry+candle"},
  {name: "search-empty", path: "/search/?q=xyzzy+%3Cscript%3E"},
  {name: "search-blank", path: "/search/"},
  {name: "not-found", path: "/product/no-such-thing/", status: 404},
];
