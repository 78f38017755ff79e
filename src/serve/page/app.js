// The page: what is shown, what is held back, and the keys. Nothing jumps under the reader.

import * as alerts from "./alerts.js";
import * as desk from "./decide.js";
import { $ } from "./dom.js";
import { NeedsToken, follow, get, keepToken } from "./net.js";
import * as list from "./list.js";
import * as story from "./story.js";
import { clock, counted, moment } from "./words.js";

const PAGE = 100;
const SEEN = "writethru.seen";
/** Between two looks at what the stream brought. */
const SETTLE_MS = 300;
/** A list that is scrolled by so much is being read. */
const READING_PX = 8;

const state = {
  stories: [], pages: 1, waiting: null, next: null, newest: "",
  open: null, document: null, alerts: [], times: [], at: null, claim: null, stale: false,
  paused: false, find: "", seen: localStorage.getItem(SEEN) ?? "",
  sign: 0, patience: 4500, lost: true, moved: new Set(),
};

// -- What is new ---------------------------------------------------------------------------------

async function fetchStories() {
  let after = "";
  let all = [];
  let first;
  for (let page = 0; page < state.pages; page += 1) {
    const got = await get(`/v1/stories?limit=${PAGE}${after}`);
    first ??= got;
    all = all.concat(got.stories);
    state.next = got.next;
    if (!got.next) break;
    after = `&after=${encodeURIComponent(got.next)}`;
  }
  state.newest = first.newest;
  return { stories: all, cursor: first.cursor };
}

function isReading() {
  const narrow = matchMedia("(max-width: 820px)").matches;
  if (narrow && document.body.classList.contains("in-story")) return false;
  const pane = $("list-pane");
  const scrolled = narrow ? document.scrollingElement.scrollTop : pane.scrollTop;
  return scrolled > READING_PX || pane.contains(document.activeElement);
}

function drawList() {
  list.draw(state.stories, { open: state.open, seen: state.seen, find: state.find, desks: 1 });
  $("more").hidden = !state.next;
  drawSeen();
}

function drawSeen() {
  const fresh = state.stories.filter((it) => state.seen && it.moved > state.seen).length;
  const chip = $("seen");
  chip.hidden = fresh === 0;
  chip.textContent = `${counted(fresh, "story")} moved since you last looked, ${moment(state.seen)}. Mark as seen`;
}

function offer(stories) {
  const before = new Map(state.stories.map((it) => [it.id, it.moved]));
  const fresh = stories.filter((it) => before.get(it.id) !== it.moved);
  if (fresh.length === 0) {
    if (!isReading() && !state.paused) { state.stories = stories; drawList(); }
    return;
  }
  if (state.paused || isReading()) {
    state.waiting = stories;
    const button = $("new");
    button.hidden = false;
    button.textContent = `${fresh.length} new`;
    button.setAttribute("aria-label", `Show ${counted(fresh.length, "story")} that moved`);
  } else {
    state.stories = stories;
    drawList();
  }
  say(`${counted(fresh.length, "story")} moved`);
}

function showNew() {
  alerts.showNew();
  if (state.waiting) {
    state.stories = state.waiting;
    state.waiting = null;
    drawList();
    $("list-pane").scrollTop = 0;
  }
  $("new").hidden = true;
  if (state.stale) openStory(state.open, { keep: true });
}

let told = 0;
function say(text) {
  if (Date.now() - told < 10000) return;
  told = Date.now();
  $("polite").textContent = text;
}

let settling = null;
function changed(change) {
  if (change.subject === state.open) state.moved.add(change.id);
  desk.applied(change);
  settling ??= setTimeout(refresh, SETTLE_MS);
}

/** An event of an alert: it is read out at once, and shown with the next look. */
function alerted(event) {
  $("alert-said").textContent = alerts.said(event);
  if (event.subject === state.open) state.moved.add(event.id);
  state.alerted = true;
  settling ??= setTimeout(refresh, SETTLE_MS);
}

async function refresh() {
  settling = null;
  try {
    if (state.alerted) {
      state.alerted = false;
      alerts.offer(await alerts.fetchStrip(), state.paused);
    }
    offer((await fetchStories()).stories);
    if (state.moved.size > 0) await storyMoved();
  } catch (error) {
    if (error instanceof NeedsToken) askToken();
  }
}

/** The story that is being read has moved: it is drawn anew only where nothing would jump. */
async function storyMoved() {
  const pane = $("story");
  const narrow = matchMedia("(max-width: 820px)").matches;
  const scrolled = narrow ? document.scrollingElement.scrollTop : pane.scrollTop;
  if (state.paused || state.at || scrolled > READING_PX) {
    state.stale = true;
    const button = $("moved");
    button.hidden = false;
    button.textContent = `${counted(state.moved.size, "change")} in this story`;
    return;
  }
  await openStory(state.open, { keep: true });
}

// -- One story -----------------------------------------------------------------------------------

let asked = 0;
async function openStory(id, { keep = false, at = null, claim = null } = {}) {
  if (!id) return;
  const turn = (asked += 1);
  const other = id !== state.open;
  state.open = id;
  state.claim = claim;
  if (!keep) state.at = at;
  list.mark(id);
  try {
    const address = `/v1/stories/${id}`;
    const [document_, times, told] = await Promise.all([
      get(state.at ? `${address}?at=${encodeURIComponent(state.at)}` : address),
      get(`${address}/times`),
      alerts.ofStory(id),
    ]);
    if (turn !== asked) return;
    state.alerts = told;
    state.times = times?.times ?? [];
    state.document = document_;
    state.moved.clear();
    state.stale = false;
    $("moved").hidden = true;
    if (!document_) {
      $("told").replaceChildren("This story is not held here, or nothing was known of it then.");
      return;
    }
    if (document_.id !== id) state.open = document_.id;
    drawStory();
    if (other) $("story").scrollTop = 0;
  } catch (error) {
    if (error instanceof NeedsToken) askToken();
  }
}

function drawStory() {
  const last = state.stories.find((it) => it.id === state.open)?.lastChange;
  document.title = `${state.document.headline || "Story"} – writethru`;
  story.draw(state.document, {
    at: state.at, times: state.times, last, claim: state.claim, complete: state.document.complete,
    alerts: state.alerts,
    go: (at) => goTo(at),
  });
  state.claim = null;
}

let going = null;
function goTo(at) {
  clearTimeout(going);
  going = setTimeout(async () => {
    const focused = document.activeElement?.id === "at";
    await openStory(state.open, { at });
    if (focused) $("at")?.focus({ preventScroll: true });
  }, 120);
}

function stepTime(by) {
  if (state.times.length < 2) return;
  const last = state.times.length - 1;
  const from = state.at ? state.times.indexOf(state.at) : last;
  const to = Math.min(Math.max(from + by, 0), last);
  goTo(to === last ? null : state.times[to]);
}

function fromAddress() {
  const [id, claim] = location.hash.slice(1).split("/");
  const isStory = /^[0-9a-f]{24}$/.test(id);
  document.body.classList.toggle("in-story", isStory);
  if (isStory) openStory(id, { claim: claim ?? null }).then(() => {
    if (!claim && matchMedia("(max-width: 820px)").matches) scrollTo(0, 0);
  });
}

// -- Signs of life -------------------------------------------------------------------------------

function sign() {
  state.sign = Date.now();
  state.lost = false;
  drawLive();
}

function drawLive() {
  const age = Math.floor((Date.now() - state.sign) / 1000);
  const lost = state.lost || Date.now() - state.sign > state.patience;
  const live = $("live");
  live.dataset.state = lost ? "lost" : state.paused ? "paused" : "live";
  $("live-text").textContent = lost ? "stream lost" : state.paused ? "paused" : `live, ${age} s ago`;
  const banner = $("lost");
  if (lost && state.sign > 0) {
    const since = new Date(state.sign).toISOString();
    banner.textContent = `The stream is lost. What you see is as of ${clock(since)}:${since.slice(17, 19)} UTC. Trying again.`;
  }
  banner.hidden = !(lost && state.sign > 0);
}

function pause() {
  state.paused = !state.paused;
  $("pause").setAttribute("aria-pressed", String(state.paused));
  $("pause").textContent = state.paused ? "Go on" : "Pause";
  if (!state.paused) showNew();
  drawLive();
}

function markSeen() {
  state.seen = state.newest;
  localStorage.setItem(SEEN, state.seen);
  drawList();
}

function askToken() {
  const dialog = $("token");
  if (!dialog.open) dialog.showModal();
}

// -- Keys ----------------------------------------------------------------------------------------

function inStory() {
  const at = document.activeElement;
  return $("story").contains(at) && at !== document.body;
}

const inAlerts = () => $("alerts").contains(document.activeElement);

function step(by) {
  if (inAlerts()) alerts.step(by);
  else if (inStory()) story.step(by);
  else list.step(by);
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => alerts.step(0),
  n: showNew,
  ".": pause,
  "[": () => stepTime(-1),
  "]": () => stepTime(1),
  "?": () => $("help").showModal(),
  "/": () => $("find").focus(),
  Escape: () => back(),
};

function back() {
  if (document.activeElement === $("find")) {
    $("find").value = "";
    state.find = "";
    drawList();
  }
  document.body.classList.remove("in-story");
  const anchor = $("list").querySelector("a[aria-current]") ?? $("list").querySelector("a");
  anchor?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const typing = event.target.matches?.("input:not([type=range]):not([type=checkbox]), select");
  if (typing && event.key !== "Escape") return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// -- Begin ---------------------------------------------------------------------------------------

/** By key or by hand: the story is read next, from the claim on that was asked for. */
function follows(event) {
  const anchor = event.target.closest("a");
  if (!anchor) return;
  event.preventDefault();
  history.pushState(null, "", anchor.getAttribute("href"));
  document.body.classList.add("in-story");
  const [id, claim] = anchor.getAttribute("href").slice(1).split("/");
  openStory(id, { claim: claim ?? null }).then(() => {
    if (!claim) $("headline")?.focus({ preventScroll: true });
  });
}
$("list").addEventListener("click", follows);
$("alerts").addEventListener("click", follows);
$("alerts-new").addEventListener("click", alerts.showNew);
$("new").addEventListener("click", showNew);
$("moved").addEventListener("click", () => openStory(state.open, { keep: true }));
$("pause").addEventListener("click", pause);
$("seen").addEventListener("click", markSeen);
$("back").addEventListener("click", () => { history.pushState(null, "", "#"); back(); });
$("help-open").addEventListener("click", () => $("help").showModal());
$("more").addEventListener("click", async () => {
  state.pages += 1;
  state.stories = (await fetchStories()).stories;
  drawList();
});
$("find").addEventListener("input", (event) => { state.find = event.target.value; drawList(); });
$("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepToken($("token-text").value.trim());
  location.reload();
});
addEventListener("hashchange", fromAddress);
addEventListener("popstate", fromAddress);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    state.left = state.newest || state.seen;
    localStorage.setItem(SEEN, state.left);
  } else if (state.left) {
    state.seen = state.left;
    drawList();
  }
});
desk.knows(() => state.stories);
setInterval(drawLive, 1000);

async function begin() {
  for (;;) {
    try {
      await desk.askScope();
      const { stories, cursor } = await fetchStories();
      alerts.offer(await alerts.fetchStrip(), false);
      state.stories = stories;
      if (!state.seen) localStorage.setItem(SEEN, state.newest);
      drawList();
      fromAddress();
      if (!state.open && stories.length > 0 && !matchMedia("(max-width: 820px)").matches) {
        openStory(stories[0].id);
      }
      follow(cursor, {
        sign, change: changed, alert: alerted, token: askToken,
        gap: () => { state.alerted = true; settling ??= setTimeout(refresh, SETTLE_MS); },
        lost: () => { state.lost = true; drawLive(); },
        patience: (ms) => { state.patience = ms; },
      });
      return;
    } catch (error) {
      if (error instanceof NeedsToken) { askToken(); return; }
      $("live-text").textContent = "no answer yet";
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

begin();
