//! `newswire import`: stories from what other systems write.

use crate::support::TestApp;
use crate::support::command::{newswire, output};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A run of the command in a folder of its own.
struct Run {
    ok: bool,
    out: String,
    err: String,
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        name.to_owned()
    }

    async fn run(&self, app: &TestApp, arguments: &[&str]) -> Run {
        let server = ["--url", &app.address, "--key", &app.admin];
        let mut command = newswire(&[&["import"], arguments, &server].concat());
        command.current_dir(self.0.path());
        let ended = output(command).await;
        Run {
            ok: ended.status.success(),
            out: String::from_utf8(ended.stdout).unwrap().trim_end().to_owned(),
            err: String::from_utf8(ended.stderr).unwrap(),
        }
    }
}

async fn stories(app: &TestApp) -> Vec<Value> {
    let list = app.admin_get("/api/v1/articles?state=any&limit=100&include=body").await.expect(200);
    let mut items = list.body["items"].as_array().unwrap().clone();
    items.sort_by_key(|story| story["headline"].as_str().unwrap().to_owned());
    items
}

fn lines(stories: impl IntoIterator<Item = Value>) -> String {
    stories.into_iter().map(|story| format!("{story}\n")).collect()
}

fn leftovers(place: &Place) -> Vec<String> {
    let names = std::fs::read_dir(place.0.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

#[actix_web::test]
async fn json_lines_are_imported_once() {
    let app = TestApp::start().await;
    let place = Place::new();
    let many = (0..450).map(|number| {
        json!({ "headline": format!("Story {number:03}"), "external_id": format!("{number}"), "source": "The Agency",
                "category": format!("Desk {}", number % 3), "body": "Rain fell. ".repeat(50) })
    });
    let file = place.write("stories.ndjson", lines(many));
    let dry = place.run(&app, &[&file, "--create-missing", "--dry-run"]).await;
    assert!(
        dry.ok && dry.out.starts_with("nothing saved; would be: 450 created"),
        "{} {}",
        dry.out,
        dry.err
    );
    assert_eq!(stories(&app).await.len(), 0);
    let flags = [
        file.as_str(),
        "--create-missing",
        "--status",
        "published",
        "--tag",
        "archive",
        "--language",
        "ur",
    ];
    let first = place.run(&app, &flags).await;
    assert!(first.ok, "{} {}", first.out, first.err);
    assert_eq!(first.out, "450 created, 0 updated, 0 unchanged, 0 left alone, 0 rejected");
    let list = app.get("/api/v1/articles?source=the-agency&category=desk-1&tag=archive&language=ur&total=exact").await;
    assert_eq!(list.expect(200).body["total"], 150);
    let again = place.run(&app, &flags).await;
    assert_eq!(again.out, "0 created, 0 updated, 450 unchanged, 0 left alone, 0 rejected");
    let skipped = place
        .run(&app, &[&flags[..], &["--on-conflict", "skip", "--concurrency", "1"]].concat())
        .await;
    assert_eq!(skipped.out, "0 created, 0 updated, 0 unchanged, 450 left alone, 0 rejected");
    assert_eq!(leftovers(&place), Vec::<String>::new(), "what is done keeps no state");
}

#[actix_web::test]
async fn stories_without_an_id_are_known_by_what_they_are() {
    let app = TestApp::start().await;
    let place = Place::new();
    let file = place.write(
        "stories.json",
        json!({ "articles": [{ "headline": "Rain" }, { "headline": "Sun" }] }).to_string(),
    );
    for result in ["2 created", "2 unchanged"] {
        let run = place.run(&app, &[&file]).await;
        assert!(run.ok && run.out.contains(result), "{} {}", run.out, run.err);
    }
}

#[actix_web::test]
async fn what_fails_is_written_down_and_imported_when_mended() {
    let app = TestApp::start().await;
    let place = Place::new();
    let broken = [
        json!({ "headline": "Fine", "external_id": "1" }).to_string(),
        json!({ "headline": "Filed", "external_id": "2", "category": "nowhere" }).to_string(),
        json!({ "headline": "Urgent", "external_id": "3", "urgency": 12 }).to_string(),
        "{\"headline\": \"Cut".to_owned(),
    ];
    let file = place.write("stories.ndjson", broken.join("\n"));
    let run = place.run(&app, &[&file, "--errors", "failed.ndjson"]).await;
    assert!(!run.ok);
    assert!(run.out.contains("1 created") && run.out.contains("3 rejected"), "{}", run.out);
    assert!(run.err.contains("3 not imported"), "{}", run.err);
    let failed = std::fs::read_to_string(place.path("failed.ndjson")).unwrap();
    let kept: Vec<Value> = failed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kept.len(), 3, "{failed}");
    assert_eq!((&kept[0]["headline"], &kept[0]["_place"]), (&json!("Filed"), &json!("line 2")));
    assert!(kept[0]["_problem"].as_str().unwrap().contains("category"), "{failed}");
    assert!(kept[1]["_problem"].as_str().unwrap().contains("/urgency"), "{failed}");
    assert_eq!(kept[2]["_raw"], "{\"headline\": \"Cut");
    let mended =
        failed.replace("\"urgency\":12", "\"urgency\":2").replace("\\\"Cut\"", "\\\"Cut\\\"}\"");
    place.write("mended.ndjson", mended);
    let run = place.run(&app, &["mended.ndjson", "--map", "category:nowhere="]).await;
    assert!(run.ok && run.out.contains("3 created"), "{} {}", run.out, run.err);
    assert_eq!(stories(&app).await.len(), 4);
    // without a file they are told on standard error
    let run = place.run(&app, &[&file]).await;
    assert!(
        run.err.contains("line 3: 422") && run.err.contains("line 4: not valid JSON"),
        "{}",
        run.err
    );
}

#[actix_web::test]
async fn stories_that_only_share_a_headline_are_not_merged() {
    let app = TestApp::start().await;
    let place = Place::new();
    let day = |body: &str| json!({ "headline": "Weather", "body": body });
    let file = place.write("days.ndjson", lines([day("Rain."), day("Sun."), day("Rain.")]));
    let run = place.run(&app, &[&file]).await;
    assert!(!run.ok && run.err.contains("line 2: an earlier story"), "{} {}", run.out, run.err);
    assert!(run.out.contains("1 created, 0 updated"), "{}", run.out);
    assert_eq!(stories(&app).await.len(), 1);
}

#[actix_web::test]
async fn an_import_that_was_cut_off_goes_on() {
    let app = TestApp::start().await;
    let place = Place::new();
    let many = lines((0..1000).map(|number| json!({ "headline": format!("Story {number}"), "external_id": format!("{number}") })));
    let file = place.write("stories.ndjson", many);
    // it knows of the first 400 as done: as after a crash
    let canonical = place.path(&file).canonicalize().unwrap();
    let state = json!({ "input": canonical.display().to_string(), "server": format!("{}/", app.address), "done": 400 });
    place.write("state.json", state.to_string());
    let resumed = place.run(&app, &[&file, "--resume", "--state", "state.json"]).await;
    assert!(
        resumed.ok && resumed.out.starts_with("600 created"),
        "{} {}",
        resumed.out,
        resumed.err
    );
    assert!(!place.path("state.json").exists());
    // the file is not what it was: who knows which stories would be passed over
    let place_in = |last: &str| {
        json!({ "input": canonical.display().to_string(), "server": format!("{}/", app.address),
                                        "done": 400, "last": last })
    };
    place.write("state.json", place_in("0123").to_string());
    let refused = place.run(&app, &[&file, "--resume", "--state", "state.json"]).await;
    assert!(!refused.ok && refused.err.contains("without --resume"), "{}", refused.err);
    assert!(place.path("state.json").exists(), "nothing is forgotten");
    let other = json!({ "input": "/other", "server": format!("{}/", app.address), "done": 400 });
    place.write("state.json", other.to_string());
    let refused = place.run(&app, &[&file, "--resume", "--state", "state.json"]).await;
    assert!(!refused.ok && refused.err.contains("another import"), "{}", refused.err);
}

#[actix_web::test]
async fn a_key_that_may_not_write_is_refused_and_not_shown() {
    let app = TestApp::start().await;
    let place = Place::new();
    let file = place.write("stories.ndjson", lines([json!({ "headline": "Rain" })]));
    let key = app.key(&[newswire::access::Scope::ArticlesRead], None).await;
    let arguments = ["import", &file, "--url", &app.address, "--key", &key];
    let mut command = newswire(&arguments);
    command.current_dir(place.0.path());
    let ended = output(command).await;
    let err = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success() && err.contains("403") && !err.contains(&key), "{err}");
}

#[actix_web::test]
async fn a_table_is_imported() {
    let app = TestApp::start().await;
    let place = Place::new();
    let file = place.write(
        "stories.csv",
        "Title,Content,Tags,Author,Date,ID\n\"Rain, again\",\"One.\n\nTwo.\",a;b,Ayesha Khan,2024-03-05 10:00,r1\nSun,,,,,r2\n",
    );
    let run = place.run(&app, &[&file]).await;
    assert!(run.ok, "{} {}", run.out, run.err);
    let stories = stories(&app).await;
    assert_eq!(
        (&stories[0]["headline"], &stories[0]["body"]),
        (&json!("Rain, again"), &json!("One.\n\nTwo."))
    );
    assert_eq!(
        (&stories[0]["tags"], &stories[0]["external_id"]),
        (&json!(["a", "b"]), &json!("r1"))
    );
    assert_eq!(stories[0]["published_at"], "2024-03-05T10:00:00.000Z");
}

#[actix_web::test]
async fn a_folder_is_imported() {
    let app = TestApp::start().await;
    let place = Place::new();
    place.write("desk/a.md", "---\ntitle: Rain\ntags: [weather]\n---\nIt *rained*.\n");
    place.write("desk/deep/b.md", "# Sun\n\nIt shone.\n");
    place.write("desk/.hidden.md", "# Hidden\n");
    place.write("desk/notes.pdf", "no story");
    place.write("desk/broken.md", "---\ntitle: [\n---\n");
    let run = place.run(&app, &["desk"]).await;
    assert!(
        !run.ok && run.out.contains("2 created") && run.out.contains("1 rejected"),
        "{} {}",
        run.out,
        run.err
    );
    let found = stories(&app).await;
    assert_eq!(found[0]["external_id"], "file:a.md");
    assert_eq!(found[1]["external_id"], "file:deep/b.md");
    place.write("desk/deep/b.md", "# Sunshine\n\nIt shone.\n");
    std::fs::remove_file(place.path("desk/broken.md")).unwrap();
    let run = place.run(&app, &["desk"]).await;
    assert!(run.ok && run.out.contains("1 updated, 1 unchanged"), "{} {}", run.out, run.err);
}

#[actix_web::test]
async fn a_feed_is_imported_from_a_file_and_an_address() {
    const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>The Wire</title><language>en</language>
        <item><title>Rain &amp; sun</title><guid>w1</guid><link>https://wire.example/1</link>
        <pubDate>Tue, 05 Mar 2024 10:00:00 +0500</pubDate><description>It rained.</description></item>
        <item><title>Wind</title><guid>w2</guid><description>It blew.</description></item></channel></rss>";
    let app = TestApp::start().await;
    let place = Place::new();
    let file = place.write("feed.xml", FEED);
    let run = place.run(&app, &[&file, "--create-missing"]).await;
    assert!(run.ok && run.out.starts_with("2 created"), "{} {}", run.out, run.err);
    let found = stories(&app).await;
    assert_eq!(
        (&found[0]["headline"], &found[0]["source"]["name"]),
        (&json!("Rain & sun"), &json!("The Wire"))
    );
    assert_eq!(found[0]["published_at"], "2024-03-05T05:00:00.000Z");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/feed", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        let _ = stream.read(&mut buffer).unwrap();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            FEED.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(FEED.as_bytes()).unwrap();
    });
    let run = place.run(&app, &[&address, "--source", "the-wire"]).await;
    assert!(run.ok && run.out.contains("2 unchanged"), "{} {}", run.out, run.err);
    let page = place.write("page.xml", "<html><body>No feed</body></html>");
    let run = place.run(&app, &[&page, "--format", "feed"]).await;
    assert!(!run.ok && run.err.contains("not a feed"), "{}", run.err);
}

#[actix_web::test]
async fn a_wordpress_export_is_imported_with_its_tree() {
    let app = TestApp::start().await;
    let place = Place::new();
    let file = place.write(
        "site.xml",
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\" xmlns:content=\"c\"><channel>
         <wp:category><wp:category_nicename>world</wp:category_nicename><wp:cat_name>World</wp:cat_name></wp:category>
         <wp:category><wp:category_nicename>asia</wp:category_nicename><wp:category_parent>world</wp:category_parent><wp:cat_name>Asia</wp:cat_name></wp:category>
         <item><title>Rain</title><guid>https://paper.example/?p=1</guid><content:encoded><![CDATA[One.\n\nTwo.]]></content:encoded>
         <wp:post_id>1</wp:post_id><wp:post_date_gmt>2020-03-05 05:00:00</wp:post_date_gmt><wp:status>publish</wp:status>
         <wp:post_type>post</wp:post_type><category domain=\"category\" nicename=\"asia\">Asia</category></item></channel></rss>",
    );
    let refused = place.run(&app, &[&file]).await;
    assert!(!refused.ok && refused.err.contains("category"), "{}", refused.err);
    let run = place.run(&app, &[&file, "--create-missing"]).await;
    assert!(run.ok && run.out.starts_with("1 created"), "{} {}", run.out, run.err);
    let story = app.get("/api/v1/articles/rain").await.expect(200).body;
    let breadcrumb: Vec<&str> = story["breadcrumb"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["slug"].as_str().unwrap())
        .collect();
    assert_eq!(breadcrumb, ["world", "asia"]);
    assert_eq!(story["body_html"], "<p>One.</p>\n<p>Two.</p>");
    let mapped =
        place.run(&app, &[&file, "--create-missing", "--map", "category:asia=world"]).await;
    assert!(mapped.ok && mapped.out.contains("1 updated"), "{} {}", mapped.out, mapped.err);
}

#[actix_web::test]
async fn what_cannot_be_read_is_told() {
    let app = TestApp::start().await;
    let place = Place::new();
    for (name, text) in [
        ("empty.json", "{"),
        ("a.csv", "x,y\n1,2\n"),
        ("export.ndjson", "{\"newswire_export\":1}\n"),
    ] {
        let file = place.write(name, text);
        let run = place.run(&app, &[&file]).await;
        assert!(!run.ok && run.err.contains(name), "{}", run.err);
    }
    let run = place.run(&app, &["none.ndjson"]).await;
    assert!(!run.ok && run.err.contains("none.ndjson: cannot be read"), "{}", run.err);
    assert!(!Path::new(&place.path("none.ndjson")).exists());
}
