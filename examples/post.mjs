// Posts stories, one JSON object a line, so that it can be run again whatever happened before.
//
//   NEWSWIRE_KEY=nw_... node examples/post.mjs [stories.ndjson]
//
// A story has `source` and `external_id`, so that tomorrow's run finds it; `Idempotency-Key` is the hash
// of what is sent, so that a try whose answer was lost is answered and not done again. Node 20, nothing else.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const url = process.env.NEWSWIRE_URL ?? "http://127.0.0.1:8080";
const key = process.env.NEWSWIRE_KEY;
const file = process.argv[2] ?? new URL("stories.ndjson", import.meta.url);
const tries = 8;

/** Sends a story; tries again what may pass. The last status (0: no answer) and body. */
async function post(story) {
  let last = { status: 0, body: "" };
  for (let attempt = 0; attempt < tries; attempt++) {
    let asked = null;
    try {
      const answer = await fetch(`${url}/api/v1/articles?on_conflict=update&create_missing=true`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${key}`,
          "Content-Type": "application/json",
          "Idempotency-Key": createHash("sha256").update(story).digest("hex"),
        },
        body: story,
        signal: AbortSignal.timeout(60_000),
      });
      asked = answer.headers.get("retry-after");
      last = { status: answer.status, body: await answer.text() };
      // 409 with Retry-After: the same request is under way
      const passing = [408, 429].includes(last.status) || last.status >= 500 || asked !== null;
      if (answer.ok || !passing) return last;
    } catch (error) {
      last = { status: 0, body: String(error.cause ?? error) };
    }
    if (attempt + 1 < tries) {
      const seconds = asked === null ? Math.min(30, 2 ** attempt) : Number(asked);
      await sleep((seconds + Math.random()) * 1000);
    }
  }
  return last;
}

let failed = 0;
for (const line of (await readFile(file, "utf8")).split("\n").filter((line) => line.trim())) {
  const { status, body } = await post(line);
  if (status >= 200 && status < 300) console.log(status, "ok");
  else {
    failed += 1;
    console.error(status, body);
  }
}
process.exitCode = failed ? 1 : 0;
