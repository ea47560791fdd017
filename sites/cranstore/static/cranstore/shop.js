// What a script can make a little nicer. Every page works without it.

document.documentElement.classList.add("scripted");

// Sorting takes effect at once; without this there is a button for it.
for (const select of document.querySelectorAll(".sort select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// Back from another page the browser keeps what was chosen last, which is not what the list shows.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.sort, .filters form")) form.reset();
});

// A further photo takes the place of the large one; without this its link opens it.
const portrait = document.querySelector(".gallery .portrait");
for (const link of document.querySelectorAll(".more-photos a")) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const image = link.querySelector("img");
    const [source, text] = [portrait.getAttribute("src"), portrait.alt];
    portrait.src = image.getAttribute("src");
    portrait.alt = image.alt;
    image.src = source;
    image.alt = text;
    link.href = source;
  });
}

// The part of the shelf where one is comes into view in the narrow navigation.
document.querySelector(".site-nav [aria-current]")?.scrollIntoView({block: "nearest", inline: "center"});
