// A decision of the desk: who, why, and what it is about. It acts when the desk reads it; whether it
// did shows by the change that tells so.

import { $, h, words } from "./dom.js";
import { decide, get } from "./net.js";
import { moment } from "./words.js";

const NAME = "writethru.name";
const ACTIONS = {
  confirm: "Confirm", reject: "Reject", mute: "Mute", pin_headline: "Pin a headline", merge: "Merge with another story",
  split: "Split articles off", revoke: "Take back",
};
const DONE = {
  confirm: "confirmed", reject: "rejected", mute: "muted", pin_headline: "pinned the headline", merge: "merged it with another story",
  split: "split articles off", revoke: "took back a decision",
};
/** So long is waited for the change that tells of it. */
const PATIENCE_MS = 6000;

/** Whether whoever is here may decide; the others see no buttons. */
let may = false;
export async function askScope() {
  may = (await get("/v1/access").catch(() => null))?.decide === true;
}

let about = null;
let pending = null;
/** Which stories there are to merge with. */
let stories = () => [];
export const knows = (others) => { stories = others; };

/** Buttons for what may be decided of a target. */
export function buttons(story, target, what, actions) {
  if (!may || !story) return null;
  return h("p", { class: "decide" }, actions.map((action) => h("button", {
    type: "button", onclick: () => ask(action, story, target, what),
  }, ACTIONS[action])));
}

/** What was decided, by whom and why; what still holds can be taken back. */
export function decided(story) {
  const all = story.decisions ?? [];
  const byId = new Map(all.map((it) => [it.id, it]));
  const list = all.filter((it) => it.action !== "revoke").reverse().map((it) => {
    const revoked = it.revokedBy ? byId.get(it.revokedBy) : null;
    const told = [h("b", {}, words(it.by)), ` ${DONE[it.action]}`, it.headline && [": ", words(it.headline)], ", ", moment(it.at)];
    return h("li", { class: it.revokedBy ? "revoked" : false },
      h("p", {}, it.revokedBy ? h("del", {}, told) : told, " ", reason(it)),
      it.revokedBy && h("p", { class: "quiet" }, revoked
        ? ["Taken back by ", words(revoked.by), `, ${moment(revoked.at)} `, reason(revoked)]
        : "Fell with the withdrawal of an article."),
      !it.revokedBy && buttons(story, it.id, `${it.by} ${DONE[it.action]}`, ["revoke"]));
  });
  if (list.length === 0) return null;
  return h("section", {}, h("h3", {}, "Decided at the desk"), h("ul", { class: "decided" }, list));
}

const reason = (it) => h("q", { class: "reason" }, words(it.reason ?? "no reason that may be shown"));

/** Why a claim was confirmed or rejected, of the newest that holds. */
export function why(story, target, action) {
  return (story.decisions ?? []).findLast((it) => it.target === target && it.action === action && !it.revokedBy)?.reason;
}

function ask(action, story, target, what) {
  about = { action, desk: story.desk, target, story };
  $("decide-title").textContent = ACTIONS[action];
  $("decide-what").textContent = what;
  $("decide-value").replaceChildren(...[field(action, story)].flat().filter(Boolean));
  $("decide-by").value = localStorage.getItem(NAME) ?? "";
  $("decide-reason").value = "";
  $("decide-said").textContent = "";
  $("decide").showModal();
}

/** What else an action has to know. */
function field(action, story) {
  if (action === "pin_headline") {
    const input = h("input", { id: "decide-headline", required: true, maxlength: 300, autocomplete: "off" });
    input.value = story.headline;
    return [h("label", { for: "decide-headline" }, "Headline"), input];
  }
  if (action === "merge") {
    const others = stories().filter((it) => it.id !== story.id && it.desk === story.desk);
    return [h("label", { for: "decide-other" }, "The other story"),
      h("select", { id: "decide-other", required: true }, h("option", { value: "" }, "Choose …"),
        others.map((it) => h("option", { value: it.id }, (it.headline || it.slug).slice(0, 110))))];
  }
  if (action === "split") {
    return h("fieldset", {}, h("legend", {}, "Articles that are another story; copies go with their original"),
      story.articles.filter((it) => it.state !== "withdrawn").map((it) => h("label", { class: "choice" },
        h("input", { type: "checkbox", name: "article", value: it.uri }), " ", words(`${it.publisher}: ${it.headline}`))));
  }
  return null;
}

function value(action) {
  if (action === "pin_headline") return $("decide-headline").value.trim();
  if (action === "merge") return $("decide-other").value;
  if (action === "split") return [...document.querySelectorAll("#decide-value input:checked")].map((it) => it.value);
  return undefined;
}

async function send(event) {
  event.preventDefault();
  const { action, desk, target, story } = about;
  const by = $("decide-by").value.trim();
  localStorage.setItem(NAME, by);
  const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  const decision = { id, desk, by, action, target, value: value(action), reason: $("decide-reason").value.trim() };
  // A decision is about the story as it was looked at; taking one back is about that decision.
  if (action !== "revoke") decision.ifSequence = String(story.version);
  const applied = new Promise((resolve) => { pending = { id, resolve }; });
  const refused = await decide(decision).catch(String);
  if (refused) { tell(refused); return; }
  tell("Taken up; the desk reads it …");
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, false));
  if (await Promise.race([applied, late])) tell("Done. It shows with your name and reason.");
  else tell(await whyNot(story, action));
}

const tell = (text) => { $("decide-said").textContent = text; };

/** It was taken up and did nothing: most likely because the story has moved on. */
async function whyNot(story, action) {
  const now = await get(`/v1/stories/${story.id}`).catch(() => null);
  if (action !== "revoke" && now && now.version !== story.version) {
    return `Not done: the story has moved since you looked (${story.version} then, ${now.version} now). Look again and decide anew.`;
  }
  return "Taken up, but it has had no effect so far. If it cannot be done, it is among the dead letters, with the reason.";
}

/** A change that tells of a decision. */
export function applied(change) {
  if (change.data?.decision?.id === pending?.id) pending?.resolve(true);
}

$("decide-form").addEventListener("submit", send);
$("decide-close").addEventListener("click", () => $("decide").close());
