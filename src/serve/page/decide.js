// A decision of the desk: who, why, and what it is about. It acts when the desk reads it.

import { $, h } from "./dom.js";
import { decide } from "./net.js";

const NAME = "writethru.name";
const ACTIONS = { confirm: "Confirm", reject: "Reject", mute: "Mute", pin_headline: "Pin this headline" };

let about = null;

/** Buttons for what may be decided of a target. */
export function buttons(desk, target, what, actions, value) {
  return h("p", { class: "decide" }, actions.map((action) => h("button", {
    type: "button", onclick: () => ask({ desk, target, action, value }, what),
  }, ACTIONS[action])));
}

function ask(decision, what) {
  about = decision;
  $("decide-title").textContent = ACTIONS[decision.action];
  $("decide-what").textContent = what;
  $("decide-by").value = localStorage.getItem(NAME) ?? "";
  $("decide-reason").value = "";
  $("decide-said").textContent = "";
  $("decide").showModal();
}

async function send(event) {
  event.preventDefault();
  const by = $("decide-by").value.trim();
  localStorage.setItem(NAME, by);
  const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  const refused = await decide({ id, by, reason: $("decide-reason").value.trim(), ...about }).catch(String);
  $("decide-said").textContent = refused ?? "Taken up. It shows once the desk has read it.";
}

$("decide-form").addEventListener("submit", send);
$("decide-close").addEventListener("click", () => $("decide").close());
