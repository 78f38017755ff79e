// What is asked of the server, and the stream, with its signs of life.

const TOKEN = "writethru.token";

export class NeedsToken extends Error {}

function headers(more) {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { ...more, Authorization: `Bearer ${token}` } : { ...more };
}

export const keepToken = (token) => sessionStorage.setItem(TOKEN, token);

/** JSON of an address; `null` where there is nothing. */
export async function get(address) {
  const answer = await fetch(address, { headers: headers(), signal: AbortSignal.timeout(15000) });
  if (answer.status === 401) throw new NeedsToken();
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** Sends a decision; answers why it was not taken, or nothing. */
export async function decide(decision) {
  const answer = await fetch("/v1/decisions", {
    method: "POST", headers: headers({ "Content-Type": "application/json" }),
    body: JSON.stringify(decision), signal: AbortSignal.timeout(15000),
  });
  if (answer.ok) return null;
  const problem = await answer.json().catch(() => ({}));
  return problem.detail ?? `not taken (${answer.status})`;
}

/**
 * Follows the stream for ever, from a cursor on. `on.sign()` is called for every sign of life,
 * `on.change(change)` for each change, `on.alert(event)` for each event of an alert, `on.gap()` where some were passed over, `on.lost()` when the
 * connection is gone. A lost stream is taken up exactly where it was.
 */
export async function follow(cursor, on) {
  let last = cursor;
  let wait = 500;
  for (;;) {
    const quiet = new AbortController();
    let timer;
    let patience = 6000;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), patience);
      on.sign();
    };
    try {
      const answer = await fetch(`/v1/stream?after=${encodeURIComponent(last)}`, {
        headers: headers({ Accept: "text/event-stream" }), signal: quiet.signal, cache: "no-store",
      });
      if (answer.status === 401) throw new NeedsToken();
      if (answer.status === 404) { on.gap(); last = ""; }
      if (!answer.ok) throw new Error(String(answer.status));
      wait = 500;
      alive();
      for await (const event of events(answer.body, alive)) {
        if (event.id) last = event.id;
        if (event.name === "open") {
          patience = Math.max(4500, 2250 * (JSON.parse(event.data).heartbeat ?? 2));
          on.patience(patience);
        } else if (event.name === "gap") on.gap();
        else if (event.name.startsWith("alert.")) on.alert(JSON.parse(event.data));
        else if (event.data) on.change(JSON.parse(event.data));
      }
    } catch (error) {
      if (error instanceof NeedsToken) on.token();
    }
    clearTimeout(timer);
    on.lost();
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, 5000);
  }
}

async function* events(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { name: "", id: "", data: "" };
      for (const line of block.split("\n")) {
        if (line.startsWith("event: ")) event.name = line.slice(7);
        else if (line.startsWith("id: ")) event.id = line.slice(4);
        else if (line.startsWith("data: ")) event.data = line.slice(6);
      }
      if (event.id || event.data) yield event;
    }
  }
}
