// A claim: what stands, who says so, who denies it; on demand its quotes and how its level came.

import { buttons } from "./decide.js";
import { h, link, words } from "./dom.js";
import { get } from "./net.js";
import { chain, counted, happened, moment, plain, quantity, rule, root, status, why } from "./words.js";

/** Chains shown before a claim is opened. */
const CHAINS_MAX = 3;

/** The desk of the story that is shown. */
let desk = "";
export const atDesk = (name) => { desk = name; };

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
    claim.deskConfirmed && h("p", { class: "confirmed" }, "Confirmed by ", words(claim.deskConfirmed.by),
      `, ${moment(claim.deskConfirmed.at)}`),
    details);
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
  details.append(
    h("h4", { class: "minor" }, "In their words"),
    quotes.length > 0 ? h("ul", { class: "quotes" }, quotes) : h("p", { class: "quiet" }, "No quote may be shown."),
    h("h4", { class: "minor" }, "Why this level"), explained(claim),
    buttons(desk, claim.id, claim.text ?? "a claim that was taken back", ["confirm", "reject", "mute"]));
  get(`/v1/claims/${claim.id}`).then((told) => told && details.append(history(told))).catch(() => {});
}

/** Each origin with its weight, and the sum that they make. */
function explained(claim) {
  const { level } = claim;
  return h("div", { class: "why" },
    h("table", {},
      h("caption", { class: "unseen" }, "Origins by weight"),
      h("thead", {}, h("tr", {}, ["Origin", "Says", "Weight", "Joined by"].map((it) => h("th", { scope: "col" }, it)))),
      h("tbody", {}, claim.origins.map((origin) => h("tr", {},
        h("td", {}, words(origin.name || "withheld")),
        h("td", {}, origin.stance === "deny" ? "not so" : "so"),
        h("td", { class: "number" }, origin.weight.toFixed(2)),
        h("td", {}, rule(origin.rule)))))),
    h("p", {}, `${counted(level.origins, "independent origin")} for it. Five copies of one report are one origin.`),
    h("dl", { class: "sums" },
      h("dt", {}, "Probability"), h("dd", {}, level.p.toFixed(3)),
      h("dt", {}, "Not known"), h("dd", {}, level.uncertainty.toFixed(3)),
      h("dt", {}, "Conflict"), h("dd", {}, level.conflict.toFixed(3)),
      h("dt", {}, "Basis"), h("dd", {}, plain(level.basis)),
      h("dt", {}, "Dispute"), h("dd", {}, level.dispute)));
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
