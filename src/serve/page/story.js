// A story: what is known, who says so, what is disputed, and what was known when.

import { section as alerts } from "./alerts.js";
import { chart, series } from "./chart.js";
import { chains, of, openClaim, row, text } from "./claim.js";
import { buttons, decided } from "./decide.js";
import { $, h, link, words } from "./dom.js";
import { FALLEN, ORDER, clock, counted, day, happened, moment, plain, status } from "./words.js";

/** Draws a document; `then` is the time that it tells of, if not now. */
export function draw(story, context) {
  of(story, !context.at);
  const open = new Set([...document.querySelectorAll("#told .claim-head[aria-expanded=true]")]
    .map((button) => button.parentElement.dataset.claim));
  if (context.claim) open.add(context.claim);
  const focused = document.activeElement?.closest?.("#told [data-claim]")?.dataset.claim;
  const stands = [];
  const fallen = [];
  for (const claim of story.claims) (FALLEN.has(claim.level.status) ? fallen : stands).push(claim);
  const rank = (claim) => (claim.modality === "fact" ? 0 : 100) + ORDER.indexOf(claim.level.status);
  const weight = (claim) => claim.level.origins * 10 + claim.evidence.length;
  stands.sort((one, other) => rank(one) - rank(other) || weight(other) - weight(one));
  const contested = questions(stands);
  const tolls = series(story.claims);
  const parts = [
    head(story, context), slider(context), !context.at && alerts(context.alerts),
    story.summary?.length > 0 && h("section", { "aria-label": "Summary", class: "summary" },
      story.summary.map((line) => h("p", {}, words(line.text), " ",
        h("span", { class: "quiet" }, link(line.article.url, line.article.publisher))))),
    contested.length > 0 && h("section", {}, h("h3", {}, "Disputed"), contested.map(sides)),
    tolls.length > 0 && h("section", {}, h("h3", {}, "Numbers"), tolls.map(chart)),
    h("section", {}, h("h3", {}, "What is said"),
      h("div", { class: "columns", "aria-hidden": "true" }, ["Stands", "Claim", "Likelihood", "Confidence"].map((it) => h("span", {}, it))),
      h("ul", { class: "claims" }, stands.map((claim) => row(claim, open.has(claim.id))))),
    fallen.length > 0 && h("section", {}, h("details", { class: "fallen", open: fallen.some((it) => open.has(it.id)) },
      h("summary", {}, h("h3", {}, `No longer stands (${fallen.length})`)),
      h("ul", { class: "claims" }, fallen.map((claim) => row(claim, open.has(claim.id)))))),
    decided(context.at ? { ...story, desk: "" } : story), timeline(story), articles(story),
    !context.at && atDesk(story),
  ];
  $("told").replaceChildren(...parts.filter(Boolean));
  const claim = focused ?? context.claim;
  if (claim) document.querySelector(`[data-claim="${CSS.escape(claim)}"] .claim-head`)?.focus({ preventScroll: Boolean(focused) });
}

function head(story, context) {
  const copies = story.articles.filter((article) => article.novelty === "copy").length;
  const last = context.last;
  const [label, look, sign] = status(last?.status);
  return h("header", { class: "head" },
    h("p", { class: "kicker" }, `${plain(story.state)} · desk ${story.desk} · `,
      `since ${moment(story.opened)} · ${counted(story.articleCount, "article")}`,
      copies > 0 && `, ${copies} of them ${copies === 1 ? "a copy" : "copies"}`),
    h("h2", { id: "headline", tabindex: "-1" }, words(story.headline || story.slug || "(withdrawn)")),
    last && !context.at && h("p", { class: "changed" },
      h("span", { class: "label" }, `${clock(last.time)} ${happened(last.type)}`), " ",
      last.status && h("span", { class: `level ${look}` }, h("span", { "aria-hidden": "true" }, sign), ` ${label}`), " ",
      words(last.text)),
    story.places?.length > 0 && h("p", { class: "places" }, words(story.places.map((it) => it.name).slice(0, 6).join(" · "))));
}

/** What the desk may decide of the story. */
function atDesk(story) {
  const what = story.headline || story.slug || "a story without words";
  const actions = buttons(story, story.id, what, ["pin_headline", "merge", "split", "mute"]);
  return actions && h("section", {}, h("h3", {}, "Decide"), actions);
}

/** What did we know at …: one step for each time at which the story moved. */
function slider(context) {
  const { times, at } = context;
  if (times.length < 2) return null;
  const found = at ? times.indexOf(at) : times.length - 1;
  const step = found < 0 ? times.length - 1 : found;
  const told = (n) => (n === times.length - 1 ? `now (${moment(times[n])})` : moment(times[n]));
  const output = h("output", { for: "at" }, told(step));
  const input = h("input", {
    id: "at", type: "range", min: 0, max: times.length - 1, step: 1, "aria-valuetext": told(step),
    oninput: () => {
      output.textContent = told(Number(input.value));
      input.setAttribute("aria-valuetext", output.textContent);
      context.go(Number(input.value) === times.length - 1 ? null : times[Number(input.value)]);
    },
  });
  input.value = String(step);
  return h("div", { class: at ? "then is-then" : "then" },
    h("label", { for: "at" }, "What did we know at"), input, output,
    at && h("button", { type: "button", onclick: () => context.go(null) }, "Back to now"),
    at && context.complete === false && h("span", { class: "quiet" }, "Older changes are not held here."));
}

/** Claims in dispute, by the question that they answer: the values of one stand side by side. */
function questions(claims) {
  const slots = new Map();
  for (const claim of claims) {
    if (claim.level.status !== "disputed" && claim.level.dispute !== "open") continue;
    if (!slots.has(claim.slot)) slots.set(claim.slot, []);
    slots.get(claim.slot).push(claim);
  }
  return [...slots.values()];
}

/** Both sides of a dispute, side by side. */
function sides(values) {
  const [label, look, sign] = status("disputed");
  const level = h("span", { class: `level ${look}` }, h("span", { "aria-hidden": "true" }, sign), ` ${label}`);
  if (values.length > 1) {
    return h("div", { class: "dispute" }, h("h4", {}, level, " ", plain(values[0].quantity?.indicator ?? "")),
      values.map((claim) => h("div", { class: "side" },
        h("p", { class: "claim-text" }, text(claim), " ", whyButton(claim)),
        h("p", { class: "minor" }, "Say so"), h("ul", { class: "says" }, chains(claim, "assert")), against(claim))));
  }
  const [claim] = values;
  return h("div", { class: "dispute" }, h("h4", {}, level, " ", text(claim), " ", whyButton(claim)),
    h("div", { class: "side" }, h("p", { class: "minor" }, "Say so"), h("ul", { class: "says" }, chains(claim, "assert"))),
    h("div", { class: "side" }, against(claim) ?? h("p", { class: "quiet" }, "Other values stand against it; see the numbers.")));
}

function whyButton(claim) {
  return h("button", { type: "button", class: "plain", onclick: () => openClaim(claim.id) }, "Why?");
}

function against(claim) {
  const denials = chains(claim, "deny");
  if (denials.length === 0 && claim.deniedBy.length === 0) return null;
  return h("div", {}, h("p", { class: "minor" }, "Say not so"),
    denials.length > 0 ? h("ul", { class: "says" }, denials) : h("p", {}, words(claim.deniedBy.join(", "))),
    claim.denialText && h("p", { class: "denial" }, "“", words(claim.denialText), "”"));
}

function timeline(story) {
  if (!story.timeline?.length) return null;
  let before = "";
  const lines = [...story.timeline].reverse().map((line) => {
    const today = day(line.time);
    const fresh = today !== before;
    before = today;
    return h("li", {}, h("time", { datetime: line.time }, clock(line.time)),
      h("span", { class: "day" }, fresh ? today : ""), h("span", {}, words(line.text)));
  });
  return h("section", {}, h("details", {}, h("summary", {}, h("h3", {}, `Timeline (${lines.length})`)), h("ol", { class: "timeline" }, lines)));
}

function articles(story) {
  const lines = story.articles.map((article) => h("li", { class: article.state === "withdrawn" ? "withdrawn" : false },
    h("time", { datetime: article.published }, clock(article.published)),
    h("span", { class: "publisher" }, words(article.publisher)),
    h("span", {}, link(article.url, article.headline || "(no longer shown)"),
      article.copyOf && h("span", { class: "quiet" }, " copy of ", words(article.copyOf.publisher)),
      article.state === "withdrawn" && h("span", { class: "level bad" }, " withdrawn"))));
  return h("section", {}, h("details", {}, h("summary", {}, h("h3", {}, `Articles (${story.articleCount})`)), h("ol", { class: "articles" }, lines)));
}

/** Moves the focus by one claim. */
export function step(by) {
  const heads = [...document.querySelectorAll("#told .claim-head")].filter((it) => it.offsetParent);
  const at = heads.indexOf(document.activeElement?.closest?.(".claim")?.querySelector(".claim-head"));
  const next = heads[Math.min(Math.max(at + by, 0), heads.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
