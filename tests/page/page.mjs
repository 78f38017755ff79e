// The page in a real browser, by keyboard. Called by tests/it/http/page.rs with the address of a
// server, its process, the file that it follows, a file of articles that are still to come, and the
// address of another server whose articles came just now, so that it can be decided there.

import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [address, server, wires, coming, desk, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const more = readFileSync(coming, "utf8").split("\n").filter(Boolean);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const faults = [];

async function open({ seen, at = address, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  if (seen) await context.addInitScript((seen) => localStorage.setItem("writethru.seen", seen), seen);
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => { faults.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) faults.push(message.text());
  });
  await page.goto(`http://${at}/`);
  await page.waitForSelector("#list a");
  await page.waitForSelector("#live[data-state=live]");
  return page;
}

const focused = async (page, what) => {
  try {
    await page.waitForFunction((what) => document.activeElement?.matches(what), what);
  } catch {
    const has = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    throw new Error(`${what} should have the focus, not ${has}`);
  }
};
const add = (line) => appendFileSync(wires, `${line}\n`);

const TESTS = {
  async "keys lead from an alert to what it rests on, and to how it went"() {
    const page = await open();
    await page.waitForSelector("#alerts a");
    await page.keyboard.press("a");
    await focused(page, "#alerts a");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const id = await page.evaluate(() => document.activeElement.getAttribute("href").slice(1, 25));
    await page.keyboard.press("Enter");
    await page.waitForFunction((id) => location.hash.startsWith(`#${id}`), id);
    await page.waitForSelector(".story-alerts .alert");
    await page.click(".story-alerts details >> nth=0");
    await page.waitForSelector(".chain-of li");
    assert.match(await page.textContent(".chain-of li >> nth=0"), /raised: /);
    // What was taken back is struck through, with its reason.
    assert.ok(await page.$("#alerts .card.cancelled del"), "a cancelled alert is struck through");
    assert.match(await page.textContent("#alerts .card.cancelled .card-why >> nth=0"), /taken back: \S/);
    await page.context().close();
  },

  async "keys find a story, a claim, its quote, its level, and what was known before"() {
    const page = await open();
    await page.keyboard.press("j");
    await focused(page, "#list a");
    await page.keyboard.press("k");
    await page.keyboard.press("j");
    // On to a story that has something to open.
    const item = () => page.evaluate(() => document.activeElement.textContent);
    while (/withdrawn|\b0 claims/.test(await item())) await page.keyboard.press("j");
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

  async "an alert that comes is read out and moves nothing that is read"() {
    const page = await open();
    await page.waitForSelector("#alerts a");
    await page.keyboard.press("a");
    const first = await page.getAttribute("#alerts a", "data-id");
    const top = await page.$eval(".panes", (it) => it.getBoundingClientRect().top);
    add(JSON.stringify({
      uri: "urn:alert:1", publisher: "example.net", language: "en", headline: "Avalanche buries a village above Bitlis",
      body: "At least 61 people were killed when an avalanche buried a village above Bitlis, the governor said.",
      receivedAt: "2024-12-09T20:00:00Z",
    }));
    await page.waitForSelector("#alerts-new:not([hidden])");
    assert.equal(await page.getAttribute("#alerts a", "data-id"), first);
    assert.equal(await page.$eval(".panes", (it) => it.getBoundingClientRect().top), top);
    assert.match(await page.textContent("#alert-said"), /^Alert, priority 1\. .*61 people/);
    await page.keyboard.press("n");
    await page.waitForSelector("#alerts a:has-text('61 people')");
    await page.context().close();
  },

  async "every number is explained by a click"() {
    const page = await open();
    await page.click("#list a:has-text('civilians killed')");
    await page.waitForSelector("#headline:has-text('civilians killed')");
    await page.click("#told .chart details summary");
    await page.click("#told .chart td button");
    await focused(page, ".claim-head[aria-expanded=true]");
    const why = page.locator(".more-of-it:not([hidden]) .why").first();
    await why.locator(".raise").waitFor();
    assert.match(await why.locator(".raise").textContent(), /\.$/);
    assert.match(await why.locator("thead").textContent(), /Without it/);
    assert.match(await why.locator("tbody tr td >> nth=3").textContent(), /\d\.\d{3}|nobody else/);
    assert.equal(await why.locator(".means").count(), 5);
    await page.context().close();
  },

  async "what is decided shows with name and reason, and is taken back"() {
    const page = await open({ at: desk });
    const decide = async (button, reason, fill = async () => {}) => {
      await page.click(button);
      await fill();
      await page.fill("#decide-by", "anna");
      await page.fill("#decide-reason", reason);
      await page.click("#decide-form button:has-text('Decide')");
      await page.waitForFunction(() => /^(Done|Not done|Taken up, but)/.test(document.querySelector("#decide-said").textContent));
      const said = await page.textContent("#decide-said");
      assert.match(said, /^Done/, `${button}: ${said}`);
      await page.click("#decide-close");
    };
    const show = async (text) => {
      await page.click(`#list a:has-text('${text}')`);
      await page.waitForSelector(`#headline:has-text('${text}')`);
    };
    await show("Bridge closed at Mostar");
    await page.click(".claim-head");
    await decide(".more-of-it:not([hidden]) .decide button:has-text('Confirm')", "our own reporter saw it");
    await page.waitForSelector(".confirmed:has-text('Confirmed by anna'):has-text('our own reporter saw it')");
    await decide(".more-of-it:not([hidden]) .decide button:has-text('Reject')", "it was another bridge");
    await page.waitForSelector(".confirmed.reject:has-text('Rejected by anna'):has-text('it was another bridge')");
    await decide(".decide button:has-text('Pin a headline')", "clearer",
      () => page.fill("#decide-headline", "Mostar loses its bridge"));
    await page.waitForSelector("#headline:has-text('Mostar loses its bridge')");
    await page.waitForSelector(".decided li:has-text('anna pinned the headline'):has-text('clearer')");
    await decide(".decided li:has-text('pinned the headline') button", "too soon");
    await page.waitForSelector("#headline:has-text('Bridge closed at Mostar')");
    await page.waitForSelector(".decided li.revoked:has-text('Taken back by anna'):has-text('too soon')");
    await decide("#told .decide button:has-text('Mute') >> nth=-1", "we know");
    await page.waitForSelector(".decided li:has-text('anna muted'):has-text('we know')");
    await show("Ferry service to Brac halted");
    await decide(".decide button:has-text('Merge')", "one storm", async () => {
      const id = await page.$eval("#decide-other option:has-text('Harbour of Split shut')", (it) => it.value);
      await page.selectOption("#decide-other", id);
    });
    await page.waitForSelector(".decided li:has-text('merged it'):has-text('one storm')");
    await decide(".decide button:has-text('Split articles off')", "two after all",
      () => page.check("#decide-value label:has-text('Harbour of Split shut') input"));
    await page.waitForSelector(".decided li:has-text('split articles off'):has-text('two after all')");
    await page.context().close();
  },

  async "who may only read sees no buttons to decide"() {
    const page = await open();
    await page.context().route("**/v1/access", (route) => route.fulfill({ json: { decide: false } }));
    await page.reload();
    await page.click("#list a >> nth=0");
    await page.click(".claim-head");
    await page.waitForSelector(".more-of-it:not([hidden]) .history");
    assert.equal(await page.$$eval(".decide button", (all) => all.length), 0);
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
