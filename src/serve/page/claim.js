// A claim: what stands, who says so, who denies it; on demand its quotes and how its level came.

import { buttons, why as whyDecided } from "./decide.js";
import { h, link, words } from "./dom.js";
import { get } from "./net.js";
import { chain, counted, happened, moment, plain, quantity, rule, root, status, why } from "./words.js";

/** Chains shown before a claim is opened. */
const CHAINS_MAX = 3;

/** The story that is shown, and whether as it is now. */
let story = null;
let isNow = true;
export function of(shown, now) {
  story = shown;
  isNow = now;
}

const pieces = (claim, stance) => claim.evidence.filter((it) => it.stance === stance);

/** One chain for each root, the others counted. */
export function chains(claim, stance) {
  const byRoot = new Map();
  for (const piece of pieces(claim, stance)) {
    const key = root(piece.chain);
    if (!byRoot.has(key)) byRoot.set(key, []);
    byRoot.get(key).push(piece);
  }
  const all = [...byRoot.values()];
  const shown = all.slice(0, CHAINS_MAX).map((group) => h("li", {},
    words(chain(group[0].chain), { class: "chain" }),
    group.length > 1 && h("span", { class: "quiet" }, ` and ${group.length - 1} more with it`)));
  if (all.length > CHAINS_MAX) shown.push(h("li", { class: "quiet" }, `and ${all.length - CHAINS_MAX} more`));
  return shown;
}

/** A claim of the list of a story. */
export function row(claim, open) {
  const { level } = claim;
  const [label, look, sign] = status(level.status);
  const denials = chains(claim, "deny");
  const details = h("div", { class: "more-of-it", hidden: !open });
  const button = h("button", {
    type: "button", class: "claim-head", "aria-expanded": open ? "true" : "false",
    onclick: () => toggle(claim, button, details),
  },
    h("span", { class: `level ${look}` }, h("span", { class: "sign", "aria-hidden": "true" }, sign), " ", label),
    h("span", { class: "claim-text" }, text(claim)),
    h("span", { class: "axis" }, h("span", { class: "axis-name" }, "Likelihood: "), plain(level.likelihood)),
    h("span", { class: "axis" }, h("span", { class: "axis-name" }, "Confidence: "), level.confidence));
  if (open) show(claim, details);
  return h("li", { class: "claim", "data-claim": claim.id },
    button,
    h("ul", { class: "says" }, chains(claim, "assert")),
    (denials.length > 0 || claim.deniedBy.length > 0) && h("div", { class: "denies" },
      h("span", { class: "label" }, "Denied by "),
      denials.length > 0 ? h("ul", { class: "says" }, denials) : words(claim.deniedBy.join(", ")),
      claim.denialText && h("span", { class: "denial" }, "“", words(claim.denialText), "”")),
    atDesk(claim, "confirm", claim.deskConfirmed, "Confirmed"),
    atDesk(claim, "reject", claim.deskRejected, "Rejected"),
    details);
}

/** The desk's own word beside a level: whose, and why. */
function atDesk(claim, action, word, label) {
  if (!word) return null;
  const reason = whyDecided(story, claim.id, action);
  return h("p", { class: `confirmed ${action}` }, `${label} by `, words(word.by), `, ${moment(word.at)}`,
    reason && [": ", h("q", { class: "reason" }, words(reason))]);
}

export function text(claim) {
  if (claim.withhold || claim.text === null) {
    return h("span", { class: "quiet" }, "Withheld", claim.notice ? [": ", words(claim.notice)] : "");
  }
  const value = claim.quantity && h("b", { class: "value" }, quantity(claim.quantity), " ");
  return [claim.modality !== "fact" && h("span", { class: "tag" }, claim.modality), value, words(claim.text)];
}

function toggle(claim, button, details) {
  const open = details.hidden;
  details.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
  if (open && !details.hasChildNodes()) show(claim, details);
}

/** Quotes at once, what else there is when it has come. */
function show(claim, details) {
  const quotes = claim.evidence.map((piece) => h("li", {},
    h("blockquote", {}, words(piece.quote)),
    h("span", { class: "quiet" },
      piece.stance === "deny" ? "denied: " : "", words(chain(piece.chain)), `, ${moment(piece.asOf)} · `,
      link(piece.article.url, piece.article.headline || piece.article.publisher))));
  const grounds = h("div", {}, explained(claim, null));
  details.append(
    h("h4", { class: "minor" }, "In their words"),
    quotes.length > 0 ? h("ul", { class: "quotes" }, quotes) : h("p", { class: "quiet" }, "No quote may be shown."),
    h("h4", { class: "minor" }, "Why this level"), grounds);
  const decide = isNow && buttons(story, claim.id, claim.text ?? "a claim that was taken back", ["confirm", "reject", "mute"]);
  if (decide) details.append(decide);
  if (!isNow) return;
  get(`/v1/claims/${claim.id}`).then((told) => {
    if (!told) return;
    grounds.replaceChildren(explained(claim, told.explained));
    details.append(history(told));
  }).catch(() => {});
}

const MEANS = {
  Probability: "how likely by all weights together; half where nothing is known",
  "Not known": "the share that no source speaks to; each origin makes it smaller",
  Conflict: "0 where all agree, 1 where both sides weigh the same",
  Basis: "whose word it is: a body's own act, seen at first hand, or said by somebody",
  Dispute: "open while those who deny it weigh enough, outweighed where they do no more",
};

/** Each origin with its weight and what it is worth, the sum that they make, and what would raise it. */
function explained(claim, why) {
  const { level } = claim;
  const worth = new Map((why?.origins ?? []).map((it) => [it.id, it]));
  const number = (it, places) => it.toFixed(places);
  const sum = (stance) => claim.origins.filter((it) => (it.stance === "deny") === (stance === "deny"))
    .reduce((total, it) => total + it.weight, 0);
  const sums = [["Probability", number(level.p, 3)], ["Not known", number(level.uncertainty, 3)],
    ["Conflict", number(level.conflict, 3)], ["Basis", plain(level.basis)], ["Dispute", level.dispute]];
  return h("div", { class: "why" },
    why?.pivotal && h("p", {}, words(why.pivotal)),
    why && h("p", { class: "raise" }, words(why.raise)),
    h("table", {},
      h("caption", { class: "unseen" }, "Origins by weight"),
      h("thead", {}, h("tr", {}, ["Origin", "Says", "Weight", "Without it", "Joined by"].map((it) => h("th", { scope: "col" }, it)))),
      h("tbody", {}, claim.origins.map((origin) => h("tr", {},
        h("td", {}, words(origin.name || "withheld")),
        h("td", {}, origin.stance === "deny" ? "not so" : "so"),
        h("td", { class: "number" }, number(origin.weight, 2)),
        h("td", {}, without(worth.get(origin.id), level)),
        h("td", {}, rule(origin.rule)))))),
    h("p", {}, `${counted(level.origins, "independent origin")} for it. Five copies of one report are one origin. `,
      `Weights: ${number(sum("assert"), 2)} for it, ${number(sum("deny"), 2)} against, and 2 for what is not known.`),
    h("dl", { class: "sums" }, sums.map(([name, value]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, value), h("dd", { class: "means" }, MEANS[name])))));
}

/** What the probability and the status would be without one origin. */
function without(worth, level) {
  if (!worth) return "…";
  if (worth.delta === null) return "nobody else has words for it";
  const moved = `${(level.p - worth.delta).toFixed(3)}`;
  const [label] = status(worth.statusWithout);
  return [moved, worth.statusWithout && worth.statusWithout !== level.status && `, ${label}`, worth.pivotal && h("b", {}, " it rests on this")];
}

function history(told) {
  const lines = told.history.map((change) => {
    const [label] = status(change.level?.status);
    const because = change.why ? `, because of ${why(change.why)}` : "";
    return h("li", {}, h("time", { datetime: change.recordedtime }, moment(change.recordedtime)),
      ` ${happened(change.type)}: ${label}${because}`);
  });
  return h("div", {}, h("h4", { class: "minor" }, "How it came"),
    lines.length > 0 ? h("ol", { class: "history" }, lines) : h("p", { class: "quiet" }, "Older than what is held here."),
    h("p", { class: "quiet" }, "In a terminal: ", h("code", {}, `writethru explain ${told.claim.id.slice(0, 10)} --state state/`)));
}

/** Opens a claim of the story that is shown, and goes there. */
export function openClaim(id) {
  const head = document.querySelector(`[data-claim="${CSS.escape(id)}"] .claim-head`);
  if (!head) return;
  head.closest("details")?.setAttribute("open", "");
  if (head.getAttribute("aria-expanded") === "false") head.click();
  head.focus({ preventScroll: true });
  head.scrollIntoView({ block: "nearest" });
}
