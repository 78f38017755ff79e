// The terms of a level in a reader's words, and times as a desk writes them.

const STATUS = {
  disputed: ["disputed", "warn", "◐"],
  official: ["official", "good", "■"],
  strongly_corroborated: ["strongly corroborated", "good", "●●●"],
  corroborated: ["corroborated", "good", "●●"],
  several_origins: ["several origins", "plain", "●●"],
  single_origin: ["single origin", "plain", "●"],
  not_judged: ["not judged", "quiet", "○"],
  denied: ["denied", "bad", "✕"],
  superseded: ["overtaken", "quiet", "→"],
  corrected: ["corrected", "quiet", "≠"],
  retracted: ["taken back", "bad", "⊘"],
};

/** What stands: its words, its look, its sign. */
export const status = (term) => STATUS[term] ?? [term ?? "", "quiet", "○"];

/** Claims that stand, the ones to look at first; the others have fallen or been overtaken. */
export const ORDER = Object.keys(STATUS);
export const FALLEN = new Set(["superseded", "corrected", "retracted"]);

export const plain = (term) => (term ?? "").replaceAll("_", " ");

const WHY = {
  new_origin: "a new origin", better_path: "a better path to the same root", denial: "a denial",
  rival_value: "a rival value", revision: "a revision", withdrawal: "a withdrawal",
  reinstatement: "a reinstatement", correction: "a correction",
  outweighed: "the other side outweighs it", origins_merged: "two origins turned out to be one",
  decay: "time", decision: "a decision of the desk",
};
export const why = (term) => WHY[term] ?? plain(term);

const RULE = {
  alone: "", same_root: "the same root", same_description: "the same description in one carrier",
  same_copy_group: "shares passages", credit: "one credits the other", same_owner: "one owner",
  unresolved: "it cannot be told who is behind it",
};
export const rule = (term) => RULE[term] ?? plain(term);

const HAPPENED = {
  "story.created": "New story", "story.updated": "Told anew", "story.merged": "Merged",
  "story.split": "Split", "article.withdrawn": "Article withdrawn",
  "article.revised": "Article revised", "claim.added": "New", "claim.corroborated": "Another origin",
  "claim.denied": "Denied", "claim.disputed": "Disputed", "claim.resolved": "Dispute over",
  "claim.superseded": "Overtaken", "claim.corrected": "Corrected", "claim.retracted": "Taken back",
  "claim.level_changed": "Level moved",
};
export function happened(type) {
  const kind = (type ?? "").replace(/^writethru\./, "").replace(/\.v\d+$/, "");
  return HAPPENED[kind] ?? plain(kind.replace(".", " "));
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (number) => String(number).padStart(2, "0");

/** "03:41", all in UTC. */
export function clock(time) {
  const at = new Date(time);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** "8 Dec" */
export function day(time) {
  const at = new Date(time);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}

/** "8 Dec 03:41" */
export const moment = (time) => `${day(time)} ${clock(time)}`;

/** "3 claims" */
export const counted = (count, noun) =>
  `${count} ${count === 1 ? noun : noun.endsWith("y") ? noun.slice(0, -1) + "ies" : noun + "s"}`;

/** "Mint ← Reuters ← two officers", from the publisher to the root. */
export function chain(hops) {
  const names = (hops ?? []).map((hop) => hop.source.resolved || hop.source.text);
  return names.filter((name, at) => name && name !== names[at - 1]).join(" ← ");
}

/** The last of a chain. */
export const root = (hops) => hops?.at(-1)?.source.resolved || hops?.at(-1)?.source.text || "";

const BOUND = {
  about: "about ", at_least: "at least ", more_than: "more than ", at_most: "at most ",
  fewer_than: "fewer than ",
};
export function quantity(it) {
  const number = (value) => value.toLocaleString("en");
  if (it.bound === "between") return `${number(it.low)} to ${number(it.high)}`;
  return (BOUND[it.bound] ?? "") + number(it.value) + (it.unit ? ` ${plain(it.unit)}` : "");
}
