// The same as receiver.py, with the standard's JavaScript library.

import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [port, secret, notes, elsewhere] = process.argv.slice(2);
const library = new Webhook(secret);

createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    let verified = true;
    try {
      library.verify(body, request.headers);
    } catch {
      verified = false;
    }
    const event = JSON.parse(body);
    const dice = Math.random();
    const status = dice < 0.7 ? 204 : dice < 0.85 ? 500 : dice < 0.958 ? 307 : dice < 0.96 ? 502 : 0;
    const note = { id: request.headers["webhook-id"], type: event.type, of: event.data.id, verified, status };
    appendFileSync(notes, JSON.stringify(note) + "\n");
    if (!status) {
      setTimeout(() => response.destroy(), 4000);
      return;
    }
    response.writeHead(status, status === 307 ? { location: elsewhere } : {});
    response.end();
  });
}).listen(Number(port), "127.0.0.1");
