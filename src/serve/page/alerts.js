// Alerts: the strip of what a desk was told at once, and those of the story that is read, each with
// what it rests on and the chain of its events. What was taken back is struck through.

import { $, h, link, words } from "./dom.js";
import { get } from "./net.js";
import { clock, counted, day, moment, status } from "./words.js";

/** What was cancelled stays in the strip for so long, by log time. */
const CANCELLED_MS = 12 * 3600 * 1000;
const ALERTS_MAX = 60;

const RANK = ["", "gravest", "grave"];
const strip = { shown: [], waiting: null };

/** Alerts of the strip: what is open, and what was taken back lately. */
export async function fetchStrip() {
  const told = await get(`/v1/alerts?limit=${ALERTS_MAX}`);
  const since = Date.parse(told.newest) - CANCELLED_MS;
  return told.alerts.filter((it) => it.state === "open" || Date.parse(it.updated) >= since);
}

/** Alerts of one story. */
export const ofStory = async (id) => (await get(`/v1/alerts?limit=20&story=${id}`))?.alerts ?? [];

/** Takes up what was fetched; holds it back where somebody is reading the strip. */
export function offer(alerts, isPaused) {
  const before = new Map(strip.shown.map((it) => [it.id, it.events]));
  const fresh = alerts.filter((it) => before.get(it.id) !== it.events).length;
  if (fresh === 0 && alerts.length === strip.shown.length) return;
  const list = $("alerts");
  const isRead = list.contains(document.activeElement) || list.scrollLeft > 8;
  if (strip.shown.length > 0 && (isPaused || isRead)) {
    strip.waiting = alerts;
    $("alerts-new").hidden = false;
    $("alerts-new").textContent = fresh > 0 ? `${fresh} new` : "Show";
    return;
  }
  draw(alerts);
}

/** Shows what was held back. */
export function showNew() {
  if (strip.waiting) draw(strip.waiting);
  strip.waiting = null;
  $("alerts-new").hidden = true;
  $("alerts").scrollLeft = 0;
}

function draw(alerts) {
  strip.shown = alerts;
  const list = $("alerts");
  const focused = document.activeElement?.closest?.("#alerts a")?.dataset.id;
  list.replaceChildren(...alerts.map(card));
  const open = alerts.filter((it) => it.state === "open").length;
  $("alerts-count").textContent = `${open} open`;
  $("alerts-none").hidden = alerts.length > 0;
  if (focused) list.querySelector(`a[data-id="${focused}"]`)?.focus({ preventScroll: true });
}

/** One alert of the strip; it leads to what it rests on. */
function card(alert) {
  const lead = alert.claims.find((it) => !it.withhold) ?? alert.claims[0];
  const address = lead ? `#${alert.story.id}/${lead.id}` : `#${alert.story.id}`;
  return h("li", { class: `card ${alert.state}` },
    h("a", { href: address, "data-id": alert.id },
      h("span", { class: "card-top" }, priority(alert), h("span", { class: "rule" }, alert.rule),
        h("time", { datetime: alert.updated }, clock(alert.updated)),
        h("span", { class: "quiet" }, day(alert.updated)),
        alert.events > 1 && h("span", { class: "quiet" }, `told ${alert.events} times`)),
      headline(alert),
      alert.state === "cancelled"
        ? h("span", { class: "card-why" }, h("span", { class: "level bad" }, "⊘ taken back"), ": ", words(alert.reason))
        : h("span", { class: "card-why" }, standing(lead), names(alert))));
}

function priority(alert) {
  const rank = RANK[alert.priority] ?? "";
  return h("span", { class: `priority p${Math.min(alert.priority, 4)}`, title: `Priority ${alert.priority}${rank && `, ${rank}`}` },
    h("span", { class: "unseen" }, "Priority "), alert.priority);
}

/** The headline, without the word that says what the state says already. */
function headline(alert) {
  const text = words(alert.headline.replace(/^(Update|Cancelled): /, ""));
  return h("span", { class: "card-headline" },
    alert.state === "cancelled" ? h("del", {}, h("span", { class: "unseen" }, "Taken back: "), text) : text);
}

function standing(claim) {
  if (!claim) return null;
  const [label, look, sign] = status(claim.level.status);
  return [h("span", { class: `level ${look}` }, h("span", { "aria-hidden": "true" }, sign), ` ${label}`), " "];
}

/** Who published what it rests on. */
function names(alert) {
  const publishers = [...new Set(alert.sources.map((it) => it.publisher))];
  if (publishers.length === 0) return null;
  const more = publishers.length > 3 ? ` and ${publishers.length - 3} more` : "";
  return h("span", { class: "quiet" }, "in ", words(publishers.slice(0, 3).join(", ")), more);
}

/** Alerts of a story, under its head. */
export function section(alerts) {
  if (alerts.length === 0) return null;
  return h("section", { class: "story-alerts" }, h("h3", {}, "Alerts"), h("ul", {}, alerts.map(whole)));
}

function whole(alert) {
  const chain = h("ol", { class: "chain-of" });
  const details = h("details", { ontoggle: () => details.open && !chain.hasChildNodes() && show(alert, chain) },
    h("summary", {}, `How it went (${alert.events})`), chain);
  return h("li", { class: `alert ${alert.state}` },
    h("p", { class: "card-top" }, priority(alert), h("span", { class: "rule" }, alert.rule),
      h("span", { class: "quiet" }, `${alert.state === "open" ? "open since" : "raised"} ${moment(alert.raised)}`),
      alert.state === "cancelled" && h("span", { class: "level bad" }, `⊘ taken back ${moment(alert.updated)}: `, words(alert.reason))),
    h("p", { class: "alert-text" }, alert.state === "cancelled" ? h("del", {}, words(alert.text)) : words(alert.text)),
    alert.claims.length > 0 && h("ul", { class: "rests" }, alert.claims.map((claim) => h("li", {},
      standing(claim), claim.text ? words(claim.text) : h("span", { class: "quiet" }, "Withheld", claim.notice ? [": ", words(claim.notice)] : ""),
      claim.deniedBy.length > 0 && h("span", { class: "level bad" }, " denied by ", words(claim.deniedBy.join(", ")))))),
    h("p", { class: "quiet" }, "Rests on ", alert.sources.length === 0 ? "nothing that may be shown" : alert.sources.slice(0, 6).map((it, at) =>
      [at > 0 && ", ", link(it.url, it.publisher)])),
    details);
}

const DID = { alert: "raised", update: "updated", cancel: "taken back" };

async function show(alert, chain) {
  const told = await get(`/v1/alerts/${alert.id}`).catch(() => null);
  if (!told) return;
  chain.replaceChildren(...told.events.map((event) => h("li", {},
    h("time", { datetime: event.recordedtime }, moment(event.recordedtime)),
    ` ${DID[event.data.msgType]}: `, words(event.data.reason))));
}

/** What is read out, once, when an event comes. */
export function said(event) {
  const { data } = event;
  const headline = data.withhold && data.msgType === "cancel" ? "Cancelled: words that are withheld" : data.headline;
  return `Alert, priority ${data.priority}. ${headline}. ${counted(data.references.length + 1, "message")}.`;
}

/** Moves the focus by one alert. */
export function step(by) {
  const anchors = [...$("alerts").querySelectorAll("a")];
  const at = anchors.indexOf(document.activeElement?.closest?.("#alerts a"));
  const next = anchors[Math.min(Math.max(at + by, 0), anchors.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
