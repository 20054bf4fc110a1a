"""Writers that do everything there is to do, at random, to whichever node answers."""

import datetime
import random
import threading

WORDS = ("rain plains council harbour election bridge minister drought railway festival budget glacier court "
         "hospital fishery verdict tariff monsoon library stadium").split()
LANGUAGES = ["en", "ur", "de", "ar"]
SCOPE = 40


def later(chance, least, most):
    """A moment some seconds from now."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=chance.uniform(least, most))
    return at.isoformat()


class Known:
    """Ids that were answered with, shared by the writers."""

    def __init__(self):
        self.ids, self.lock = {"articles": [], "sources": [], "categories": []}, threading.Lock()

    def add(self, collection, id):
        with self.lock:
            self.ids[collection].append(id)

    def drop(self, collection, id):
        with self.lock:
            if id in self.ids[collection]:
                self.ids[collection].remove(id)

    def pick(self, collection, chance):
        with self.lock:
            newest = self.ids[collection][-SCOPE:]
            return chance.choice(newest) if newest else None


class Writer:
    def __init__(self, nodes, known, seed):
        self.nodes, self.known, self.chance = nodes, known, random.Random(seed)
        self.done, self.statuses, self.faults = threading.Event(), {}, []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        kinds = [self.post, self.post, self.patch, self.patch, self.patch, self.act, self.act, self.supply, self.batch,
                 self.category, self.move, self.source, self.tell, self.swap, self.remove]
        while not self.done.is_set():
            try:
                self.chance.choice(kinds)()
            except OSError:  # the node was killed; whether it was written is seen by the rest
                pass

    def finish(self):
        self.done.set()
        self.thread.join()
        return self.statuses

    def ask(self, method, path, body=None):
        status, answer = self.chance.choice(self.nodes).ask(method, "/api/v1" + path, body)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status >= 500 and status != 503:
            self.faults.append(f"{method} {path}: {status} {answer}")
        return status, answer

    def made(self, collection, method, path, body):
        status, answer = self.ask(method, path, body)
        if status in (200, 201):
            self.known.add(collection, answer["id"])

    def pick(self, collection):
        return self.known.pick(collection, self.chance)

    def text(self, count):
        return " ".join(self.chance.choice(WORDS) for _ in range(count))

    def may(self, share=0.5):
        return self.chance.random() < share

    def name(self):
        """Few, so that they meet."""
        return f"{self.chance.choice(WORDS)} {self.chance.randrange(3)}"

    def members(self):
        """Some members of a story."""
        chance = self.chance
        choices = {
            "headline": lambda: self.text(4),
            # now and then the text of another story
            "body": lambda: f"{chance.choice(WORDS)} " * 60 if self.may(0.3) else self.text(80),
            "slug": lambda: self.name().replace(" ", "-"),
            "source": lambda: self.pick("sources") if self.may(0.8) else None,
            "categories": lambda: list({id for _ in range(chance.randrange(4)) if (id := self.pick("categories"))}),
            "language": lambda: chance.choice(LANGUAGES),
            "translation_of": lambda: self.pick("articles") if self.may(0.7) else None,
            "published_at": lambda: later(chance, -5, 5),
            "expires_at": lambda: later(chance, 1, 8) if self.may() else None,
            "tags": lambda: [chance.choice(WORDS)],
            "metadata": lambda: {"desk": chance.choice(WORDS)},
            "image": lambda: {"url": "https://news.example/one.jpg", "alt": self.text(2)} if self.may() else None,
            "usage_terms": lambda: chance.choice([None, "Terms A", "Terms B"]),
            "featured": lambda: self.may(),
        }
        return {name: choices[name]() for name in chance.sample(sorted(choices), chance.randrange(1, 6))}

    def story(self):
        return {"headline": self.text(4), "status": self.chance.choice(["published", "published", "draft"]),
                **self.members()}

    def post(self):
        self.made("articles", "POST", "/articles", self.story())

    def patch(self):
        body = self.members()
        if self.may(0.2):
            body["status"] = self.chance.choice(["published", "draft"])
        self.ask("PATCH", f"/articles/{self.pick('articles')}", body)

    def act(self):
        id, verb = self.pick("articles"), self.chance.choice(
            ["publish", "unpublish", "delete", "restore", "restore", "retract", "corrections", "purge", "revision"])
        if verb == "delete":
            self.ask("DELETE", f"/articles/{id}")
        elif verb == "revision":
            self.ask("POST", f"/articles/{id}/revisions/1/restore")
        elif verb == "purge":
            self.ask("DELETE", f"/articles/{id}")
            if self.ask("POST", f"/articles/{id}/purge")[0] == 204:
                self.known.drop("articles", id)
        else:
            body = {"retract": {"reason": self.text(3)}, "corrections": {"text": self.text(5)}}
            self.ask("POST", f"/articles/{id}/{verb}", body.get(verb))

    def supply(self):
        external_id = self.chance.randrange(30)
        body = {name: value for name, value in self.story().items() if name != "source"}
        self.made("articles", "PUT", f"/sources/{self.pick('sources')}/articles/{external_id}?overwrite=true", body)

    def batch(self):
        stories = [self.story() for _ in range(self.chance.randrange(1, 6))]
        status, answer = self.ask("POST", "/articles/batch", stories)
        for result in answer["results"] if status == 200 else []:
            if result["result"] == "created":
                self.known.add("articles", result["id"])

    def category(self):
        self.made("categories", "POST", "/categories", {"name": self.name(), "parent": self.pick("categories")})

    def move(self):
        body = self.chance.choice([
            {"parent": self.pick("categories") if self.may(0.7) else None}, {"name": self.name()},
            {"slug": self.name().replace(" ", "-")}, {"position": self.chance.randrange(5)},
            {"media_topic": "medtop:11000000"}])
        self.ask("PATCH", f"/categories/{self.pick('categories')}", body)

    def source(self):
        body = {"name": self.name(), "usage_terms": self.chance.choice([None, "Terms A"])}
        self.made("sources", "POST", "/sources", body)

    def tell(self):
        body = self.chance.choice([
            {"usage_terms": self.chance.choice([None, "Terms A", "Terms B"])}, {"name": self.name()},
            {"slug": self.name().replace(" ", "-")}, {"credit": self.text(2)}, {"language": "ur"}])
        self.ask("PATCH", f"/sources/{self.pick('sources')}", body)

    def swap(self):
        """Two exchange their names and slugs by way of a third one."""
        collection = self.chance.choice(["sources", "categories", "articles"])
        one, other = self.pick(collection), self.pick(collection)
        member = "slug" if collection == "articles" else "name"
        first, second = (self.ask("GET", f"/{collection}/{id}") for id in (one, other))
        if one == other or first[0] != 200 or second[0] != 200:
            return
        between = f"between-{self.chance.randrange(10 ** 9)}"
        for id, value in [(one, between), (other, first[1][member]), (one, second[1][member])]:
            self.ask("PATCH", f"/{collection}/{id}", {member: value})

    def remove(self):
        collection = self.chance.choice(["sources", "categories"])
        id, other = self.pick(collection), self.pick(collection)
        if id and other and id != other and self.may(0.5):
            if self.ask("DELETE", f"/{collection}/{id}?reassign_to={other}")[0] == 204:
                self.known.drop(collection, id)
