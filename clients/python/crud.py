"""Creates, reads, lists, updates and deletes a category, a source and an article
with the client that openapi-python-client makes from openapi/openapi.json.

    pip install openapi-python-client
    openapi-python-client generate --path ../../openapi/openapi.json --config config.yaml \\
        --meta none --output-path newswire_client --fail-on-warning
    NEWSWIRE_URL=http://127.0.0.1:8080 NEWSWIRE_KEY=nw_... python crud.py
"""

import os
import time

from newswire_client import AuthenticatedClient
from newswire_client.api.articles import (
    create_article,
    delete_article,
    find_article,
    find_article_input,
    list_articles,
    replace_article,
    update_article,
)
from newswire_client.api.categories import (
    create_category,
    delete_category,
    find_category,
    list_categories,
    replace_category,
    update_category,
)
from newswire_client.api.sources import (
    create_source,
    delete_source,
    find_source,
    list_sources,
    replace_source,
    update_source,
)
from newswire_client.models import (
    ArticleInput,
    ArticlePatch,
    ArticleStatus,
    CategoryInput,
    CategoryPatch,
    SourceInput,
    SourcePatch,
)

URL = os.environ.get("NEWSWIRE_URL", "http://127.0.0.1:8080")
newswire = AuthenticatedClient(URL, token=os.environ["NEWSWIRE_KEY"], raise_on_unexpected_status=True)

RUN = format(time.time_ns(), "x")  # part of every name, so that no earlier run has used it


def ok(answer, status):
    """The parsed body of an answer, which must have this status."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.content!r}"
    return answer.parsed


def etag(answer):
    """Sent back as If-Match, it makes sure that nobody wrote in between."""
    return answer.headers["etag"]


def categories():
    created = create_category.sync_detailed(
        client=newswire, body=CategoryInput(name=f"Politics {RUN}", slug=f"politics-{RUN}")
    )
    category = ok(created, 201)
    assert category.slug == f"politics-{RUN}"

    found = find_category.sync_detailed(category.id, client=newswire)
    assert ok(found, 200) == category

    assert isinstance(ok(list_categories.sync_detailed(client=newswire, limit=100), 200).items, list)

    updated = update_category.sync_detailed(
        category.id, client=newswire, body=CategoryPatch(position=7), if_match=etag(found)
    )
    assert ok(updated, 200).position == 7
    assert ok(updated, 200).name == category.name, "PATCH leaves alone what it does not name"

    replaced = replace_category.sync_detailed(
        category.id, client=newswire, body=CategoryInput(name=f"World politics {RUN}"), if_match=etag(updated)
    )
    assert ok(replaced, 200).name == f"World politics {RUN}"
    assert ok(replaced, 200).position == 0, "PUT gives what it leaves out its default"

    return category.id


def sources():
    created = create_source.sync_detailed(
        client=newswire,
        body=SourceInput(name=f"Radio Example {RUN}", slug=f"radio-example-{RUN}", country="PK"),
    )
    source = ok(created, 201)

    found = find_source.sync_detailed(source.id, client=newswire)
    assert ok(found, 200) == source

    assert isinstance(ok(list_sources.sync_detailed(client=newswire, limit=100), 200).items, list)

    updated = update_source.sync_detailed(
        source.id,
        client=newswire,
        body=SourcePatch(description="A broadcaster", country=None),
        if_match=etag(found),
    )
    assert ok(updated, 200).description == "A broadcaster"
    assert ok(updated, 200).country is None, "None clears"

    replaced = replace_source.sync_detailed(
        source.id,
        client=newswire,
        body=SourceInput(name=f"Radio Example International {RUN}"),
        if_match=etag(updated),
    )
    assert ok(replaced, 200).name == f"Radio Example International {RUN}"
    assert ok(replaced, 200).description is None

    return source.id


def articles(source, category):
    created = create_article.sync_detailed(
        client=newswire,
        body=ArticleInput(
            headline=f"Parliament votes {RUN}",
            body="The first paragraph.\n\nThe second one.",
            status=ArticleStatus.PUBLISHED,
            tags=["parliament"],
            source=str(source),
            category=str(category),
        ),
    )
    article = ok(created, 201)
    assert article.state == "live"
    assert article.source.id == source
    assert article.category.id == category

    found = find_article.sync_detailed(article.slug, client=newswire)
    assert ok(found, 200) == article

    listed = list_articles.sync_detailed(client=newswire, limit=5)
    assert article.id in [item.id for item in ok(listed, 200).items]

    updated = update_article.sync_detailed(
        article.slug, client=newswire, body=ArticlePatch(summary="In short", urgency=3), if_match=etag(found)
    )
    assert ok(updated, 200).summary == "In short"
    assert ok(updated, 200).headline == article.headline

    # The ETag read first is stale by now: writing with it would undo the PATCH.
    lost = update_article.sync_detailed(
        article.slug, client=newswire, body=ArticlePatch(summary="Too late"), if_match=etag(found)
    )
    assert ok(lost, 412).code

    # To replace a story, read it in the shape that PUT takes, change it, put it back.
    story = ok(find_article_input.sync_detailed(article.slug, client=newswire), 200)
    story.headline = f"Parliament has voted {RUN}"
    replaced = replace_article.sync_detailed(
        article.slug, client=newswire, body=story, if_match=etag(updated)
    )
    assert ok(replaced, 200).headline == f"Parliament has voted {RUN}"
    assert ok(replaced, 200).summary == "In short"

    ok(delete_article.sync_detailed(article.slug, client=newswire), 204)
    # A story that was public once is gone, not unknown.
    ok(find_article.sync_detailed(article.slug, client=newswire), 410)


def clean_up(source, category):
    # A source or a category in use is not deleted; the trash counts, so move its stories first.
    other = ok(create_source.sync_detailed(client=newswire, body=SourceInput(name=f"Archive {RUN}")), 201)
    rest = ok(create_category.sync_detailed(client=newswire, body=CategoryInput(name=f"Archive {RUN}")), 201)

    ok(delete_source.sync_detailed(source, client=newswire), 409)

    ok(delete_source.sync_detailed(source, client=newswire, reassign_to=str(other.id)), 204)
    ok(delete_category.sync_detailed(category, client=newswire, reassign_to=str(rest.id)), 204)
    ok(find_source.sync_detailed(source, client=newswire), 404)


if __name__ == "__main__":
    category = categories()
    source = sources()
    articles(source, category)
    clean_up(source, category)
    print(f"python client: created, read, listed, updated and deleted on {URL}")
