use super::*;
use chrono::TimeDelta;
use proptest::prelude::*;

fn confirmed() -> Freshness {
    let freshness = Freshness::new(Duration::from_secs(60));
    freshness.confirm(Instant::now(), Utc::now());
    freshness
}

#[test]
fn a_memory_is_void_once_something_it_shows_has_moved() {
    let freshness = confirmed();
    let (mine, other) = (Scope::named("mine"), Scope::named("other"));
    let before = freshness.epoch();
    freshness.moved(&[other]);
    assert!(freshness.holds(before, &[mine]));
    freshness.moved(&[mine]);
    assert!(!freshness.holds(before, &[mine, other]));
    assert!(freshness.holds(freshness.epoch(), &[mine, other]));
    freshness.moved(&[Scope::EVERYTHING]);
    assert!(!freshness.holds(before + 1, &[]));
    assert!(freshness.holds(freshness.epoch(), &[mine]));
}

#[test]
fn a_read_that_began_before_a_change_is_never_remembered_after_it() {
    let freshness = confirmed();
    let scope = Scope::articles();
    let began = freshness.epoch();
    // the commit and what follows from it happen while the read is under way
    freshness.moved(&[scope]);
    assert!(!freshness.holds(began, &[scope]));
}

#[test]
fn who_begins_at_an_epoch_finds_every_older_memory_void() {
    let freshness = confirmed();
    let scope = Scope::articles();
    let many: Vec<Scope> = (0..2000).map(|n| Scope::named(&n.to_string())).chain([scope]).collect();
    std::thread::scope(|threads| {
        threads.spawn(|| (0..2000).for_each(|_| freshness.moved(&many)));
        while freshness.epoch() < 2000 {
            let begun = freshness.epoch();
            // the first epoch had no change
            assert!(begun == 1 || !freshness.holds(begun - 1, &[scope]), "at {begun}");
        }
    });
}

#[test]
fn memories_are_trusted_for_the_lease_and_longer_only_without_a_database() {
    let freshness = Freshness::new(Duration::from_secs(60));
    let now = Instant::now();
    assert_eq!(freshness.trust(now), Trust::No);
    freshness.confirm(now, Utc::now());
    assert_eq!(freshness.trust(now + LEASE), Trust::Fresh);
    let late = now + LEASE + Duration::from_millis(2);
    assert_eq!(freshness.trust(late), Trust::No);
    freshness.set_unreachable(true);
    assert!(matches!(freshness.trust(late), Trust::Stale(_)));
    assert_eq!(freshness.trust(now + Duration::from_secs(61)), Trust::No);
    freshness.set_unreachable(false);
    assert_eq!(freshness.trust(late), Trust::No);
}

#[test]
fn an_instant_has_come_a_little_before_it_comes() {
    let freshness = Freshness::new(Duration::ZERO);
    let (now, database) = (Instant::now(), Utc::now() + TimeDelta::hours(3));
    freshness.confirm(now, database);
    assert_eq!(freshness.until(now, database), None);
    assert_eq!(freshness.until(now, database + TimeDelta::milliseconds(1)), None);
    let ahead = freshness.until(now, database + TimeDelta::seconds(60)).unwrap();
    assert!(ahead > Duration::from_secs(59) && ahead < Duration::from_secs(60));
    assert_eq!(
        freshness.until(now + Duration::from_secs(60), database + TimeDelta::seconds(60)),
        None
    );
}

proptest! {
    #[test]
    fn whatever_moves_is_noticed(names in proptest::collection::vec("[a-z:]{1,20}", 1..20), at in 0usize..20) {
        let freshness = confirmed();
        let scopes: Vec<Scope> = names.iter().map(|name| Scope::named(name)).collect();
        let epoch = freshness.epoch();
        prop_assert!(freshness.holds(epoch, &scopes));
        freshness.moved(&scopes[at % scopes.len()..][..1]);
        prop_assert!(!freshness.holds(epoch, &scopes));
    }
}
