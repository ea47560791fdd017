// Looks at every kind of page of a running CranStore in Chromium: at a phone's and a desk's width,
// in light and dark.
//
//     node tests/browser/run.mjs http://127.0.0.1:8000 [name-filter]
//
// Screenshots go to tests/browser/screenshots/. Exits with 1 when a check failed.

import {mkdir} from "node:fs/promises";
import {fileURLToPath} from "node:url";
import {createRequire} from "node:module";
import {chromium} from "playwright-core";

import {flows} from "./flows.mjs";
import {pages} from "./pages.mjs";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const shots = fileURLToPath(new URL("./screenshots/", import.meta.url));
const [base, filter = ""] = process.argv.slice(2);
const WIDTHS = {phone: [390, 844], desk: [1280, 900]};
const NARROWEST = 320;

let passed = 0;
let failed = 0;

function report(name, faults) {
  if (faults.length === 0) {
    passed += 1;
    console.log(`pass  ${name}`);
  } else {
    failed += 1;
    console.log(`FAIL  ${name}\n${faults.map((fault) => `        ${fault}`).join("\n")}`);
  }
}

/** Opens a page and collects what Chromium complains about meanwhile. */
async function open(context, path, status = 200) {
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    const expected = status >= 400 && message.text().includes(`status of ${status}`);
    if (["error", "warning"].includes(message.type()) && !expected) {
      faults.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("requestfailed", (request) => {
    // What is still under way when a flow follows a link is given up by the browser.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") faults.push(`request failed (${reason}): ${request.url()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) {
      faults.push(`asks another host: ${request.url()}`);
    }
  });
  const response = await page.goto(base + path, {waitUntil: "load"});
  if (response.status() !== status) faults.push(`status ${response.status()}, expected ${status}`);
  return {page, faults};
}

async function loadLazyPictures(page) {
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = "eager";
    await Promise.allSettled([...document.images].map((image) => image.decode()));
  });
}

async function brokenPictures(page) {
  return page.evaluate(() => [...document.images]
    .filter((image) => !image.complete || image.naturalWidth === 0)
    .map((image) => `picture does not load: ${image.getAttribute("src")}`));
}

async function tooWide(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const culprits = [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
    return [`scrolls sideways: ${document.documentElement.scrollWidth} > ${room} (${culprits.join(", ")})`];
  });
}

async function axeFaults(page) {
  await page.addScriptTag({path: axePath});
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return found.violations.map((violation) => `axe ${violation.id}: ${violation.help} ` +
    `(${violation.nodes.length}x, first: ${violation.nodes[0].target.join(" ")} ${violation.nodes[0].failureSummary.split("\n")[1] ?? ""})`);
}

let adminCookies = null;

/** Lets the context's visitor be the staff's boss, whose password run.py has made. */
async function logIn(context) {
  if (!adminCookies) {
    const page = await context.newPage();
    await page.goto(`${base}/admin/login/`);
    await page.locator("[name=username]").fill("boss");
    await page.locator("[name=password]").fill(process.env.ADMIN_PASSWORD ?? "");
    await page.getByRole("button", {name: "Log in"}).click();
    await page.waitForURL("**/admin/");
    await page.close();
    adminCookies = await context.cookies();
  }
  await context.addCookies(adminCookies);
}

async function look(browser, entry) {
  for (const [device, [width, height]] of Object.entries(WIDTHS)) {
    for (const colorScheme of ["light", "dark"]) {
      // The policy is lifted only so that axe can be put into the page; flows.mjs runs under it.
      const context = await browser.newContext({viewport: {width, height}, colorScheme, bypassCSP: true});
      if (entry.staff) await logIn(context);
      const {page, faults} = await open(context, entry.path, entry.status);
      await loadLazyPictures(page);
      faults.push(...await brokenPictures(page), ...await tooWide(page), ...await axeFaults(page));
      const name = `${entry.name}-${device}-${colorScheme}`;
      await page.screenshot({path: `${shots}${name}.png`, fullPage: true});
      if (device === "phone" && colorScheme === "light") {
        await page.setViewportSize({width: NARROWEST, height});
        faults.push(...(await tooWide(page)).map((fault) => `at ${NARROWEST} px: ${fault}`));
      }
      report(name, faults);
      await context.close();
    }
  }
}

async function main() {
  if (!base) throw new Error("usage: node run.mjs BASE_URL [name-filter]");
  await mkdir(shots, {recursive: true});
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    for (const entry of pages.filter((page) => page.name.includes(filter))) await look(browser, entry);
    for (const [name, flow] of Object.entries(flows).filter(([flowName]) => flowName.includes(filter))) {
      const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...flow.context});
      try {
        if (flow.staff) await logIn(context);
        report(name, await flow.run({base, context, open: (path, status) => open(context, path, status)}));
      } catch (error) {
        report(name, [error.message]);
      }
      await context.close();
    }
  } finally {
    await browser.close();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

await main();
