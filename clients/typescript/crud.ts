// Creates, reads, lists, updates and deletes a category, a source and an article
// with a client that is typed by openapi/openapi.json alone.
//
//   npm ci && npm run generate && npm run build
//   NEWSWIRE_URL=http://127.0.0.1:8080 NEWSWIRE_KEY=nw_... npm run crud

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./newswire.js";

const baseUrl = process.env.NEWSWIRE_URL ?? "http://127.0.0.1:8080";
const key = process.env.NEWSWIRE_KEY;
assert(key, "set NEWSWIRE_KEY to a key that may write articles, sources and categories");

const newswire = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });

/** A name that no earlier run has used. */
const run = Date.now().toString(36);

/** Every answer is either `data` or a problem with a `code` and a `detail`. */
function ok<T>(answer: { data?: T; error?: unknown; response: Response }, status: number): T {
  assert.equal(answer.response.status, status, JSON.stringify(answer.error));
  return answer.data as T;
}

/** The ETag of an answer: sent back as If-Match, it makes sure that nobody wrote in between. */
function etagOf(answer: { response: Response }): string {
  const etag = answer.response.headers.get("ETag");
  assert(etag, "the answer has an ETag");
  return etag;
}

async function categories(): Promise<string> {
  const created = await newswire.POST("/api/v1/categories", {
    body: { name: `Politics ${run}`, slug: `politics-${run}` },
  });
  const category = ok(created, 201);
  assert.equal(category.slug, `politics-${run}`);

  const path = { category: category.id };
  const found = await newswire.GET("/api/v1/categories/{category}", { params: { path } });
  assert.deepEqual(ok(found, 200), category);

  const listed = await newswire.GET("/api/v1/categories", { params: { query: { limit: 100 } } });
  assert(Array.isArray(ok(listed, 200).items));

  const updated = await newswire.PATCH("/api/v1/categories/{category}", {
    params: { path, header: { "If-Match": etagOf(found) } },
    body: { position: 7 },
  });
  assert.equal(ok(updated, 200).position, 7);
  assert.equal(ok(updated, 200).name, category.name, "PATCH leaves alone what it does not name");

  const replaced = await newswire.PUT("/api/v1/categories/{category}", {
    params: { path, header: { "If-Match": etagOf(updated) } },
    body: { name: `World politics ${run}` },
  });
  assert.equal(ok(replaced, 200).name, `World politics ${run}`);
  assert.equal(ok(replaced, 200).position, 0, "PUT gives what it leaves out its default");

  return category.id;
}

async function sources(): Promise<string> {
  const created = await newswire.POST("/api/v1/sources", {
    body: { name: `Radio Example ${run}`, slug: `radio-example-${run}`, country: "PK" },
  });
  const source = ok(created, 201);

  const path = { source: source.id };
  const found = await newswire.GET("/api/v1/sources/{source}", { params: { path } });
  assert.deepEqual(ok(found, 200), source);

  const listed = await newswire.GET("/api/v1/sources", { params: { query: { limit: 100 } } });
  assert(Array.isArray(ok(listed, 200).items));

  const updated = await newswire.PATCH("/api/v1/sources/{source}", {
    params: { path, header: { "If-Match": etagOf(found) } },
    body: { description: "A broadcaster", country: null },
  });
  assert.equal(ok(updated, 200).description, "A broadcaster");
  assert.equal(ok(updated, 200).country, null, "null clears");

  const replaced = await newswire.PUT("/api/v1/sources/{source}", {
    params: { path, header: { "If-Match": etagOf(updated) } },
    body: { name: `Radio Example International ${run}` },
  });
  assert.equal(ok(replaced, 200).name, `Radio Example International ${run}`);
  assert.equal(ok(replaced, 200).description, null);

  return source.id;
}

async function articles(source: string, category: string): Promise<void> {
  const created = await newswire.POST("/api/v1/articles", {
    body: {
      headline: `Parliament votes ${run}`,
      body: "The first paragraph.\n\nThe second one.",
      status: "published",
      tags: ["parliament"],
      source,
      category,
    },
  });
  const article = ok(created, 201);
  assert.equal(article.state, "live");
  assert.equal(article.source?.id, source);
  assert.equal(article.category?.id, category);

  const path = { article: article.slug };
  const found = await newswire.GET("/api/v1/articles/{article}", { params: { path } });
  assert.deepEqual(ok(found, 200), article);

  const listed = await newswire.GET("/api/v1/articles", { params: { query: { limit: 5 } } });
  assert(ok(listed, 200).items.some((item) => item.id === article.id));

  const updated = await newswire.PATCH("/api/v1/articles/{article}", {
    params: { path, header: { "If-Match": etagOf(found) } },
    body: { summary: "In short", urgency: 3 },
  });
  assert.equal(ok(updated, 200).summary, "In short");
  assert.equal(ok(updated, 200).headline, article.headline);

  // The ETag read first is stale by now: writing with it would undo the PATCH.
  const lost = await newswire.PATCH("/api/v1/articles/{article}", {
    params: { path, header: { "If-Match": etagOf(found) } },
    body: { summary: "Too late" },
  });
  assert.equal(lost.response.status, 412);
  assert(lost.error && lost.error.code.length > 0);

  // To replace a story, read it in the shape that PUT takes, change it, put it back.
  const input = await newswire.GET("/api/v1/articles/{article}/input", { params: { path } });
  const replaced = await newswire.PUT("/api/v1/articles/{article}", {
    params: { path, header: { "If-Match": etagOf(updated) } },
    body: { ...ok(input, 200), headline: `Parliament has voted ${run}` },
  });
  assert.equal(ok(replaced, 200).headline, `Parliament has voted ${run}`);
  assert.equal(ok(replaced, 200).summary, "In short");

  const deleted = await newswire.DELETE("/api/v1/articles/{article}", { params: { path } });
  ok(deleted, 204);
  const gone = await newswire.GET("/api/v1/articles/{article}", { params: { path } });
  assert.equal(gone.response.status, 410, "a story that was public once is gone, not unknown");
}

async function cleanUp(source: string, category: string): Promise<void> {
  // A source or a category in use is not deleted; the trash counts, so move its stories first.
  const other = ok(await newswire.POST("/api/v1/sources", { body: { name: `Archive ${run}` } }), 201);
  const rest = ok(await newswire.POST("/api/v1/categories", { body: { name: `Archive ${run}` } }), 201);

  const refused = await newswire.DELETE("/api/v1/sources/{source}", { params: { path: { source } } });
  assert.equal(refused.response.status, 409);

  ok(
    await newswire.DELETE("/api/v1/sources/{source}", {
      params: { path: { source }, query: { reassign_to: other.id } },
    }),
    204,
  );
  ok(
    await newswire.DELETE("/api/v1/categories/{category}", {
      params: { path: { category }, query: { reassign_to: rest.id } },
    }),
    204,
  );
  const gone = await newswire.GET("/api/v1/sources/{source}", { params: { path: { source } } });
  assert.equal(gone.response.status, 404);
}

const category = await categories();
const source = await sources();
await articles(source, category);
await cleanUp(source, category);
console.log(`typescript client: created, read, listed, updated and deleted on ${baseUrl}`);
