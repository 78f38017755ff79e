// The page in a real browser, by keyboard. Called by tests/it/http/page.rs with the address of a
// server, its process, the file that it follows, and a file of articles that are still to come.

import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [address, server, wires, coming, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const more = readFileSync(coming, "utf8").split("\n").filter(Boolean);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const faults = [];

async function open({ seen, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  if (seen) await context.addInitScript((seen) => localStorage.setItem("writethru.seen", seen), seen);
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => { faults.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) faults.push(message.text());
  });
  await page.goto(`http://${address}/`);
  await page.waitForSelector("#list a");
  await page.waitForSelector("#live[data-state=live]");
  return page;
}

const focused = (page, what) => page.waitForFunction((what) => document.activeElement.matches(what), what);
const add = (line) => appendFileSync(wires, `${line}\n`);

const TESTS = {
  async "keys find a story, a claim, its quote, its level, and what was known before"() {
    const page = await open();
    await page.keyboard.press("j");
    await focused(page, "#list a");
    await page.keyboard.press("k");
    await page.keyboard.press("j");
    const headline = await page.evaluate(() => document.activeElement.querySelector(".headline bdi").textContent);
    await page.keyboard.press("Enter");
    await focused(page, "#headline");
    assert.equal(await page.textContent("#headline"), headline);
    await page.keyboard.press("j");
    await focused(page, ".claim-head");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".more-of-it:not([hidden]) blockquote");
    await page.waitForSelector(".more-of-it:not([hidden]) .history li");
    assert.match(await page.textContent(".more-of-it:not([hidden]) .sums"), /Probability/);
    if (await page.$("#at")) {
      await page.keyboard.press("[");
      await page.waitForSelector(".is-then");
      await page.keyboard.press("]");
      await page.waitForSelector(".then:not(.is-then)");
    }
    await page.keyboard.press("?");
    await page.waitForSelector("#help[open]");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#help:not([open])", { state: "hidden" });
    await page.keyboard.press("Escape");
    await focused(page, "#list a");
    await page.keyboard.press(".");
    await page.waitForSelector("#live[data-state=paused]");
    await page.keyboard.press(".");
    await page.waitForSelector("#live[data-state=live]");
    await page.context().close();
  },

  async "nothing moves under a reader who has scrolled; what is new waits behind a button"() {
    const page = await open({ viewport: { width: 1280, height: 420 } });
    await page.$eval("#list-pane", (pane) => { pane.scrollTop = 150; });
    const line = () => page.$eval("#list", (list) => {
      const top = document.querySelector("#list-pane").getBoundingClientRect().top;
      const first = [...list.querySelectorAll("a")].find((it) => it.getBoundingClientRect().bottom > top + 4);
      return [first.dataset.id, first.getBoundingClientRect().top];
    });
    const before = await line();
    const half = Math.ceil(more.length / 2);
    more.slice(0, half).forEach(add);
    await page.waitForSelector("#new:not([hidden])");
    assert.deepEqual(await line(), before);
    assert.match(await page.textContent("#new"), /^\d+ new$/);
    await page.keyboard.press("n");
    await page.waitForSelector("#new", { state: "hidden" });
    assert.equal(await page.$eval("#list-pane", (pane) => pane.scrollTop), 0);
    // Paused, nothing moves either.
    await page.keyboard.press(".");
    const first = await page.getAttribute("#list a", "data-id");
    more.slice(half).forEach(add);
    await page.waitForSelector("#new:not([hidden])");
    assert.equal(await page.getAttribute("#list a", "data-id"), first);
    await page.keyboard.press(".");
    await page.waitForSelector("#new", { state: "hidden" });
    await page.context().close();
  },

  async "at some fifty changes a second a scrolled reader's line never moves"() {
    const page = await open({ viewport: { width: 1280, height: 420 } });
    await page.click("#list a:has-text('civilians killed')");
    // Not before it is this story: another one is shown at the start.
    await page.waitForSelector("#headline:has-text('civilians killed')");
    await focused(page, "#headline");
    await page.evaluate(() => {
      document.activeElement.blur();
      document.querySelector("#list-pane").scrollTop = 200;
      document.querySelector("#story").scrollTop = 300;
      const lines = [...document.querySelectorAll("#list a")].slice(3, 5).concat(document.querySelector(".claim-head"));
      const tops = lines.map((it) => it.getBoundingClientRect().top);
      window.jumps = 0;
      const look = () => {
        if (lines.some((it, at) => !it.isConnected || it.getBoundingClientRect().top !== tops[at])) window.jumps += 1;
        requestAnimationFrame(look);
      };
      look();
    });
    const event = ["ferry", "bridge", "tram", "dam", "mine", "harbour", "museum", "stadium"];
    for (let n = 0; n < 40; n += 1) {
      const [what, place] = [event[n % 8], `Port ${String.fromCharCode(65 + (n % 26))}${n}ville`];
      add(JSON.stringify({
        uri: `urn:rush:${n}`, publisher: `paper${n % 7}.example`, language: "en",
        headline: `The ${what} of ${place} is closed after a fire`,
        body: `A fire closed the ${what} of ${place} on Monday, the mayor said.\nNobody was hurt, she said.`,
        receivedAt: `2024-12-09T1${Math.floor(n / 6) % 10}:0${n % 6}:00Z`,
      }));
      await page.waitForTimeout(75);
    }
    await page.waitForSelector("#new:not([hidden])");
    await page.waitForTimeout(1000);
    assert.equal(await page.evaluate(() => window.jumps), 0);
    await page.context().close();
  },

  async "a lost stream shows within five seconds, and its end, too"() {
    const page = await open();
    process.kill(Number(server), "SIGSTOP");
    const since = Date.now();
    try {
      await page.waitForSelector("#lost:not([hidden])", { timeout: 6500 });
    } finally {
      process.kill(Number(server), "SIGCONT");
    }
    assert.ok(Date.now() - since < 6000, `after ${Date.now() - since} ms`);
    assert.match(await page.textContent("#lost"), /The stream is lost/);
    await page.waitForSelector("#live[data-state=live]");
    await page.waitForSelector("#lost", { state: "hidden" });
    await page.context().close();
  },

  async "who comes back is told what moved meanwhile"() {
    const page = await open({ seen: "2000-01-01T00:00:00Z" });
    await page.waitForSelector("#seen:not([hidden])");
    await page.waitForSelector("#list li.fresh");
    await page.click("#seen");
    await page.waitForSelector("#seen", { state: "hidden" });
    assert.equal(await page.$$eval("#list li.fresh", (all) => all.length), 0);
    await page.context().close();
  },

  async "hostile headlines do no harm"() {
    for (const width of [1280, 390]) {
      const page = await open({ viewport: { width, height: 800 } });
      const hostile = await page.$$("#list a:has-text('hostile')");
      assert.ok(hostile.length > 0, "they are in the list");
      for (const at of hostile.keys()) {
        if (width < 820 && at > 0) await page.keyboard.press("Escape");
        await (await page.$$("#list a:has-text('hostile')"))[at].click();
        await page.waitForSelector("#headline");
        const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
      }
      assert.equal(await page.evaluate(() => window.harmed), undefined);
      assert.equal(await page.$$eval("#told img, #told script, #list script, [href^='javascript']", (all) => all.length), 0);
      await page.context().close();
    }
  },

  async "axe finds nothing: light, dark, narrow, at an earlier time, with a claim open"() {
    for (const [name, options] of [
      ["light", {}], ["dark", { colorScheme: "dark" }], ["narrow", { viewport: { width: 390, height: 800 } }],
    ]) {
      // The page's own policy forbids putting axe in; all else is tried under it.
      const page = await open({ ...options, bypassCSP: true, reducedMotion: "reduce" });
      await page.addScriptTag({ content: axe });
      if (name === "narrow") await audit(page, name);
      await page.click("#list a:has-text('civilians killed')");
      await page.waitForSelector("#headline:has-text('civilians killed')");
      await page.click(".claim-head");
      await page.waitForSelector(".more-of-it:not([hidden])");
      await audit(page, name);
      if (await page.$("#at")) {
        await page.keyboard.press("Escape");
        await page.keyboard.press("[");
        await page.waitForSelector(".is-then", { state: "attached" });
        await audit(page, `${name}, then`);
      }
      await page.context().close();
    }
  },

  async "a claim is confirmed with a name and a reason"() {
    const page = await open();
    await page.click("#list a >> nth=0");
    await focused(page, "#headline");
    await page.click(".claim-head");
    await page.click(".more-of-it:not([hidden]) .decide button:has-text('Confirm')");
    await page.fill("#decide-by", "anna");
    await page.fill("#decide-reason", "our own reporter saw it");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#decide-said").textContent.startsWith("Taken up"));
    await page.click("#decide-close");
    await page.context().close();
  },
};

async function audit(page, name) {
  const { violations } = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const told = violations.map((it) => `${it.id}: ${it.nodes.slice(0, 3).map((node) => node.html.slice(0, 140)).join(" | ")}`);
  assert.deepEqual(told, [], name);
}

let failed = 0;
for (const [name, test] of Object.entries(TESTS)) {
  try {
    await test();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n${error.message}`);
  }
}
if (shots) {
  mkdirSync(shots, { recursive: true });
  const look = async (name, options) => {
    const page = await open(options);
    await page.click("#list a:has-text('civilians killed')");
    await page.waitForSelector("#told .claim-head");
    if (name === "dark") { await page.keyboard.press("j"); await page.keyboard.press("Enter"); }
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${shots}/page-${name}.png` });
    await page.context().close();
  };
  await look("light", {});
  await look("dark", { colorScheme: "dark" });
  await look("narrow", { viewport: { width: 390, height: 800 } });
}
await browser.close();
if (faults.length > 0) console.log(`FAIL the page complained\n${[...new Set(faults)].join("\n")}`);
process.exit(failed + faults.length > 0 ? 1 : 0);
