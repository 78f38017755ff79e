// The list: stories by the last change that a reader could see.

import { $, h, words } from "./dom.js";
import { clock, counted, day, happened, status } from "./words.js";

/** One story of the list. */
function item(story, context, before) {
  const last = story.lastChange;
  const [label, look, sign] = status(last?.status);
  const isNew = context.seen && story.moved > context.seen;
  const disputed = story.levels.disputed ?? 0;
  return h("li", { class: isNew ? "fresh" : false },
    h("a", {
      href: `#${story.id}`, "data-id": story.id,
      "aria-current": story.id === context.open ? "true" : false,
    },
      h("span", { class: "when" },
        h("time", { datetime: story.moved }, clock(story.moved)),
        (!before || day(before.moved) !== day(story.moved)) && h("span", { class: "day" }, day(story.moved))),
      h("span", { class: "what" },
        h("strong", { class: "headline" },
          isNew && h("span", { class: "unseen" }, "New since you last looked: "),
          words(story.headline || story.slug || "(withdrawn)")),
        last && h("span", { class: "last" },
          last.status
            ? h("span", { class: `level ${look}` }, h("span", { "aria-hidden": "true" }, sign), ` ${label}`)
            : h("span", { class: "level quiet" }, happened(last.type)),
          " ", words(last.text)),
        h("span", { class: "meta" },
          `${counted(story.articleCount, "article")} · ${counted(story.claimCount, "claim")}`,
          disputed > 0 && h("span", { class: "warn" }, ` · ${disputed} disputed`),
          ["dormant", "closed", "withdrawn"].includes(story.state) && ` · ${story.state}`,
          context.desks > 1 && ` · ${story.desk}`))));
}

/** Draws the list anew; the focus stays where it was. */
export function draw(stories, context) {
  const list = $("list");
  const focused = document.activeElement?.closest?.("#list a")?.dataset.id;
  const find = context.find.toLowerCase();
  const hit = (story) =>
    !find || [story.headline, story.lastChange?.text, ...story.places, ...story.people]
      .some((text) => text?.toLowerCase().includes(find));
  const shown = stories.filter(hit);
  context.desks = new Set(stories.map((story) => story.desk)).size;
  list.replaceChildren(...shown.map((story, at) => item(story, context, shown[at - 1])));
  $("empty").hidden = stories.length > 0;
  if (focused) list.querySelector(`a[data-id="${focused}"]`)?.focus({ preventScroll: true });
}

/** Marks the story that is open. */
export function mark(id) {
  for (const anchor of $("list").querySelectorAll("a")) {
    if (anchor.dataset.id === id) anchor.setAttribute("aria-current", "true");
    else anchor.removeAttribute("aria-current");
  }
}

/** Moves the focus by one story. */
export function step(by) {
  const anchors = [...$("list").querySelectorAll("a")];
  const at = anchors.indexOf(document.activeElement?.closest?.("#list a"));
  const open = anchors.findIndex((anchor) => anchor.getAttribute("aria-current"));
  const from = at >= 0 ? at : open;
  const next = anchors[Math.min(Math.max(from + by, 0), anchors.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
