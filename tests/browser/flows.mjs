// What a visitor does, step by step, under the site's own security policy. A flow returns its faults.

const LONGEST_TAB_WALK = 60;

/** A picture of one pixel, as a browser uploads it. */
const picture = (name) => ({
  name,
  mimeType: "image/png",
  buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
});

/** Presses Tab until `wanted(description)` holds; the descriptions of what was reached. */
async function tabTo(page, wanted) {
  const seen = [];
  for (let i = 0; i < LONGEST_TAB_WALK; i += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const after = getComputedStyle(element, "::after");
      return {
        tag: element.tagName, text: (element.textContent || element.name || "").trim(),
        href: element.getAttribute("href"), name: element.getAttribute("name"),
        visible: [style, after].some((s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0),
      };
    });
    seen.push(focused);
    if (wanted(focused)) return {found: focused, seen};
  }
  return {found: null, seen};
}

export const flows = {
  "keyboard: skip link, search, navigation and products can be reached": {
    async run({open}) {
      const {page, faults} = await open("/product/");
      const {found, seen} = await tabTo(page, (focus) => focus.href?.startsWith("/product/") && focus.href !== "/product/");
      if (!found) faults.push("no product is reached by Tab");
      if (seen[0]?.href !== "#content") faults.push(`the first stop is ${JSON.stringify(seen[0])}, not the skip link`);
      if (!seen.some((focus) => focus.name === "q")) faults.push("the search box is not reached");
      if (!seen.some((focus) => focus.href === "/catalog/gifts/")) faults.push("the navigation is not reached");
      for (const focus of seen) if (!focus.visible) faults.push(`no visible focus on ${focus.tag} "${focus.text}"`);
      return faults;
    },
  },

  "keyboard: the skip link leads into the content": {
    async run({open}) {
      const {page, faults} = await open("/");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      if (await page.evaluate(() => document.activeElement.id) !== "content") faults.push("the content is not focused");
      return faults;
    },
  },

  "search: finds by all words and leads to a product": {
    async run({open}) {
      const {page, faults} = await open("/");
      await page.getByRole("searchbox").fill("orange marmalade");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/search/**");
      await page.getByRole("link", {name: "Seville Orange Marmalade"}).click();
      await page.waitForURL("**/product/seville-orange-marmalade/");
      if (await page.locator("h1").textContent() !== "Seville Orange Marmalade") faults.push("the heading is another");
      return faults;
    },
  },

  "sorting: takes effect at once and keeps its choice": {
    async run({open}) {
      const {page, faults} = await open("/catalog/all-year/preserves/");
      await page.getByLabel("Sort by").selectOption("price");
      await page.waitForURL("**sort=price**");
      const prices = await page.locator(".cards .price").evaluateAll((list) =>
        list.map((price) => parseFloat((price.querySelector("ins") ?? price).textContent.replace(/[^\d.]/g, ""))));
      if (prices.length < 5) faults.push(`only ${prices.length} prices`);
      if (prices.some((price, i) => i > 0 && price < prices[i - 1])) faults.push(`not ascending: ${prices}`);
      if (await page.getByLabel("Sort by").inputValue() !== "price") faults.push("the choice is lost");
      return faults;
    },
  },

  "currency: another one is shown on all pages": {
    async run({open}) {
      const {page, faults} = await open("/product/cranberry-orange-preserve/");
      await page.getByRole("button", {name: "Prices in EUR"}).click();
      await page.waitForLoadState("load");
      if (!page.url().endsWith("/product/cranberry-orange-preserve/")) faults.push(`it led to ${page.url()}`);
      for (const path of ["/product/cranberry-orange-preserve/", "/catalog/all-year/preserves/", "/"]) {
        await page.goto(new URL(path, page.url()).href);
        const texts = await page.locator(".price").allTextContents();
        if (texts.length === 0 || texts.some((text) => !text.includes("€"))) faults.push(`${path} shows ${texts[0]}`);
      }
      return faults;
    },
  },

  "currency: can be chosen on the page that refused another": {
    async run({open}) {
      const {page, faults} = await open("/product/");
      await page.evaluate(() => { document.querySelector(".currency button").value = "XXX"; });
      await page.locator(".currency button").first().click();
      await page.waitForURL("**/currency/");
      await page.getByRole("button", {name: "Prices in EUR"}).click();
      await page.waitForURL((url) => url.pathname === "/");
      const texts = await page.locator(".price").allTextContents();
      if (texts.length === 0 || texts.some((text) => !text.includes("€"))) faults.push(`it shows ${texts[0]}`);
      return faults.filter((fault) => !fault.includes("status of 400"));
    },
  },

  "forms: the page that refuses one keeps the header, and says what helps": {
    async run({open}) {
      const {page, faults} = await open("/product/");
      const place = () => page.getByRole("searchbox").boundingBox();
      const before = await place();
      await page.context().clearCookies();
      await page.locator(".currency button").first().click();
      await page.waitForURL("**/currency/");
      const after = await place();
      if (before.x !== after.x || before.y !== after.y) faults.push(`the search box jumped from ${before.x} to ${after.x}`);
      if (!(await page.locator("main").textContent()).includes("cookies")) faults.push("cookies are not spoken of");
      await page.getByRole("navigation", {name: "Shop"}).getByRole("link", {name: "All products"}).click();
      await page.waitForURL("**/product/");
      return faults.filter((fault) => !fault.includes("status of 403"));
    },
  },

  "text of twice the size fits a phone": {
    context: {viewport: {width: 390, height: 844}, bypassCSP: true},
    async run({open}) {
      const {page, faults} = await open("/");
      for (const path of ["/", "/product/", "/catalog/all-year/", "/nothing/"]) {
        await page.goto(new URL(path, page.url()).href);
        await page.addStyleTag({content: "html { font-size: 200% !important; }"});
        const beyond = await page.evaluate(() => {
          const hidden = [...document.querySelectorAll(".hero")].filter((box) => box.scrollWidth > box.clientWidth);
          return document.documentElement.scrollWidth - document.documentElement.clientWidth + hidden.length;
        });
        if (beyond > 0) faults.push(`${path} is wider than the screen`);
      }
      return faults.filter((fault) => !fault.includes("status of 404"));
    },
  },

  "sorting: going back shows the order that the list has": {
    async run({open}) {
      const {page, faults} = await open("/product/");
      await page.getByLabel("Sort by").selectOption("price");
      await page.waitForURL("**sort=price**");
      await page.goBack();
      await page.waitForURL((url) => url.search === "");
      await page.locator("#sort option:checked[value=name]").waitFor({state: "attached"});
      return faults;
    },
  },

  "gallery: a further photo comes to the front": {
    async run({open}) {
      const {page, faults} = await open("/product/cranberry-orange-preserve/");
      const portrait = page.locator(".gallery .portrait");
      const link = page.locator(".more-photos a").first();
      if (await link.count() === 0) return [...faults, "there are no further photos"];
      const before = await portrait.getAttribute("src");
      await link.click();
      if (await portrait.getAttribute("src") === before) faults.push("the portrait stays");
      return faults;
    },
  },

  "without script: sorting has a button and photos have links": {
    context: {javaScriptEnabled: false},
    async run({open}) {
      const {page, faults} = await open("/product/");
      await page.getByLabel("Sort by").selectOption("newest");
      await page.getByRole("button", {name: "Sort"}).click();
      await page.waitForURL("**sort=newest**");
      const {page: product, faults: more} = await open("/product/cranberry-orange-preserve/");
      const target = await product.locator(".more-photos a").first().getAttribute("href");
      if (!target?.endsWith(".svg")) faults.push(`the photo links to ${target}`);
      return [...faults, ...more];
    },
  },

  "pages: from the first to the next and back": {
    async run({open}) {
      const {page, faults} = await open("/product/?sort=price");
      await page.getByRole("link", {name: "Next"}).click();
      await page.waitForURL("**page=2**");
      if (!page.url().includes("sort=price")) faults.push("the order is lost");
      await page.getByRole("link", {name: "Previous"}).click();
      await page.waitForURL("**page=1**");
      return faults;
    },
  },

  "filters: chosen, shown, and taken away again": {
    async run({open}) {
      const {page, faults} = await open("/catalog/all-year/teas/?sort=price");
      await page.getByText("Filter", {exact: true}).click();
      await page.getByRole("group", {name: "Caffeine"}).getByLabel("None").check();
      await page.getByRole("button", {name: "Show"}).click();
      await page.waitForURL("**filter=caffeine%3Anone**");
      if (!page.url().includes("sort=price")) faults.push("the order is lost");
      const all = await page.locator(".card").count();
      if (all === 0) faults.push("nothing is left");
      await page.getByRole("link", {name: "Remove Caffeine: None"}).click();
      await page.waitForURL((url) => !url.search.includes("filter"));
      if (await page.locator(".card").count() <= all) faults.push("the list stays narrow");
      return faults;
    },
  },

  "variants: the one that is chosen has its price and its item": {
    context: {javaScriptEnabled: false},
    async run({open}) {
      const {page, faults} = await open("/product/linen-tablecloth/");
      const before = await page.locator(".offer").innerText();
      if (!before.startsWith("from")) faults.push(`the offer is ${before}`);
      await page.getByRole("navigation", {name: "Choose"}).getByRole("link").last().click();
      await page.waitForURL("**variant=**");
      const after = await page.locator(".offer").innerText();
      if (after.startsWith("from") || after === before) faults.push(`the offer is ${after}`);
      const item = await page.locator(".sku").innerText();
      if (!/-3$/.test(item)) faults.push(item);
      return faults;
    },
  },

  "old links: a product that moved is found": {
    async run({open}) {
      const {page, faults} = await open("/product/maple-sugar-old/");
      if (!page.url().endsWith("/product/maple-sugar/")) faults.push(`it led to ${page.url()}`);
      return faults;
    },
  },

  "admin: a product is added, changed, found, filtered and deleted": {
    staff: true,
    async run({open}) {
      const {page, faults} = await open("/admin/products/product/");
      await page.getByRole("link", {name: "Add product"}).first().click();
      await page.locator("#id_name").fill("Flow Jam");
      if (await page.locator("#id_slug").inputValue() !== "flow-jam") faults.push("the slug is not made while one types");
      await page.locator("#id_sku").fill("FLOW-1");
      await page.locator("#id_weight_g").fill("300");
      await page.getByRole("combobox", {name: "Manufacturer"}).fill("kiln");
      await page.locator(".pick li:visible").first().click();
      await page.getByRole("group", {name: "Photos"}).or(page.locator("[data-inline=photos]")).getByRole("button", {name: /Add another/}).click();
      await page.locator("[name=photos-1-image]").setInputFiles(picture("flow.png"));
      await page.getByRole("combobox", {name: "Category"}).first().fill("preserves");
      await page.locator(".pick li:visible").first().click();
      await page.getByRole("button", {name: "Save and continue editing"}).click();
      await page.waitForURL("**/change/");
      if (!(await page.locator(".notes").innerText()).includes("added successfully")) faults.push("no note says that it was added");
      if (await page.locator("[name=photos-INITIAL_FORMS]").inputValue() !== "1") faults.push("the photo is not there");
      await page.locator("#id_name").fill("Flow Jelly");
      await page.getByRole("button", {name: "Save", exact: true}).click();
      await page.waitForURL("**/admin/products/product/");
      await page.getByRole("searchbox").fill("flow jelly");
      await page.keyboard.press("Enter");
      await page.waitForURL("**q=flow+jelly**");
      if (await page.locator("tbody tr").count() !== 1) faults.push("the search does not find it alone");
      await page.locator(".tick-all").check();
      await page.locator("select[name=action]").selectOption("delete_selected");
      await page.getByRole("button", {name: "Go"}).click();
      await page.getByRole("button", {name: /Yes/}).click();
      await page.waitForURL("**/admin/products/product/**");
      if (!(await page.locator(".notes").innerText()).includes("deleted 1 product")) faults.push("no note says that it was deleted");
      return faults;
    },
  },

  "admin: a picture that is uploaded stands in the shop": {
    staff: true,
    async run({open}) {
      const {page, faults} = await open("/admin/products/product/add/");
      await page.locator("#id_name").fill("Photographed Jam");
      await page.locator("#id_sku").fill("PHOTO-1");
      await page.locator("#id_weight_g").fill("300");
      await page.locator("#id_photo").setInputFiles({name: "words.png", mimeType: "image/png", buffer: Buffer.from("words")});
      await page.getByRole("button", {name: "Save and continue editing"}).click();
      if (!(await page.locator("main").innerText()).includes("Upload a valid image")) faults.push("words are taken for a picture");
      await page.locator("#id_photo").setInputFiles(picture("my jam.png"));
      await page.getByRole("button", {name: "Save and continue editing"}).click();
      await page.waitForURL("**/change/");
      const editor = page.url();
      const address = await page.getByRole("link", {name: "product_photo/my_jam.png"}).getAttribute("href");
      if (address !== "/media/product_photo/my_jam.png") faults.push(`the picture is said to be at ${address}`);
      await page.goto(new URL("/product/photographed-jam/", editor).href);
      const width = await page.locator("img.portrait").evaluate(async (image) => { await image.decode(); return image.naturalWidth; });
      if (width !== 1) faults.push(`the portrait is ${width} pixels wide`);
      await page.goto(editor);
      await page.getByRole("checkbox", {name: "Clear"}).check();
      await page.getByRole("button", {name: "Save and continue editing"}).click();
      if (await page.getByRole("link", {name: "product_photo/my_jam.png"}).count() > 0) faults.push("the picture is not cleared");
      await page.getByRole("link", {name: "Delete", exact: true}).click();
      await page.getByRole("button", {name: /Yes/}).click();
      await page.waitForURL("**/admin/products/product/");
      return faults;
    },
  },

  "admin: prices are changed in their list, by keyboard": {
    staff: true,
    async run({open}) {
      const {page, faults} = await open("/admin/products/price/?q=marmalade");
      const row = (await page.locator("tbody th").first().innerText()).trim();
      const amount = page.getByRole("spinbutton", {name: `Amount minor: `}).first();
      const before = await amount.inputValue();
      await amount.fill("");
      await page.keyboard.press("Enter");
      await page.locator(".errornote").first().waitFor();
      if (await page.locator("td.wrong .error").count() !== 1) faults.push("the fault is not in its cell");
      if (await amount.getAttribute("aria-invalid") !== "true") faults.push("the input is not marked as wrong");
      await amount.fill(String(Number(before) + 1));
      await page.keyboard.press("Enter");
      await page.locator(".notes").waitFor();
      if (!(await page.locator(".notes").innerText()).includes("1 price was changed successfully")) faults.push("no note says what was changed");
      if (await amount.inputValue() !== String(Number(before) + 1)) faults.push(`the price of ${row} is the old one`);
      if (!page.url().includes("q=marmalade")) faults.push("the search is lost");
      await amount.fill(before);
      await page.keyboard.press("Enter");
      await page.locator(".notes").waitFor();
      return faults;
    },
  },

  "admin: without a script products are taken off the pages in their list": {
    staff: true,
    context: {javaScriptEnabled: false, viewport: {width: 390, height: 844}},
    async run({open}) {
      const {page, faults} = await open("/admin/products/product/?q=cranberry");
      const published = page.getByRole("checkbox", {name: /^Is published: /});
      const count = await published.count();
      for (const which of [0, 1]) await published.nth(which).uncheck();
      await page.getByRole("button", {name: "Save", exact: true}).click();
      await page.locator(".notes").waitFor();
      if (!(await page.locator(".notes").innerText()).includes("2 products were changed successfully")) faults.push("no note says how many were changed");
      if (await published.count() !== count) faults.push("the list is another");
      for (const which of [0, 1]) await published.nth(which).check();
      await page.getByRole("button", {name: "Save", exact: true}).click();
      await page.locator(".notes").waitFor();
      return faults;
    },
  },

  "admin: without a script a product is added, changed and deleted": {
    staff: true,
    context: {javaScriptEnabled: false, viewport: {width: 390, height: 844}},
    async run({open}) {
      const {page, faults} = await open("/admin/products/product/add/");
      await page.locator("#id_name").fill("Plain Jam");
      await page.locator("#id_sku").fill("PLAIN-1");
      await page.locator("#id_weight_g").fill("300");
      await page.locator("#id_manufacturer").fill("1");
      await page.getByRole("button", {name: "Save and continue editing"}).click();
      await page.waitForURL("**/change/");
      if (await page.locator("#id_slug").inputValue() !== "plain-jam") faults.push("the slug is not made by saving");
      if (await page.locator(".key-text").count() === 0) faults.push("the manufacturer is a number only");
      await page.getByRole("link", {name: "Delete", exact: true}).click();
      await page.getByRole("button", {name: /Yes/}).click();
      await page.waitForURL("**/admin/products/product/");
      if (!(await page.locator(".notes").innerText()).includes("deleted successfully")) faults.push("no note says that it was deleted");
      return faults;
    },
  },
};
