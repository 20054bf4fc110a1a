//! When a feed is read next.

use std::time::Duration;

/// A feed that fails is left alone no longer than this, whatever its server says.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
const SHORTEST: Duration = Duration::from_secs(60);

/// How long to wait: the source's own span; after failures twice as long each time; as long as the
/// server asks for. `chance` (0 to 1) moves it by up to a tenth either way, so that many feeds do not
/// come due together, nor many services at one server.
pub fn pause(
    span: Duration,
    failures: i32,
    retry_after: Option<Duration>,
    gone: bool,
    chance: f64,
) -> Duration {
    let doubled = 2_u32.saturating_pow(u32::try_from(failures).unwrap_or(0).min(20));
    let backed_off = match failures {
        ..=0 => span,
        _ if gone => LONGEST.max(span),
        _ => span.saturating_mul(doubled).min(LONGEST.max(span)),
    };
    let jittered = backed_off.mul_f64(0.9 + 0.2 * chance.clamp(0.0, 1.0));
    jittered.max(retry_after.unwrap_or_default().min(LONGEST)).max(SHORTEST.min(span))
}

/// A number from 0 to 1 by chance.
pub fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(number: u64) -> Duration {
        Duration::from_secs(number * 60)
    }

    #[test]
    fn pauses_grow_with_failures_and_have_an_end() {
        let plain = |failures| pause(minutes(10), failures, None, false, 0.5);
        let expected = [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440];
        for (failures, expected) in (0..).zip(expected) {
            assert_eq!(plain(failures).as_secs().div_ceil(60), expected, "{failures}");
        }
        assert_eq!(plain(i32::MAX).as_secs_f64().round(), 86_400.0);
        let weekly = pause(minutes(10_080), 3, None, false, 0.5);
        assert_eq!(weekly.as_secs_f64().round(), 604_800.0, "never more often than asked for");
    }

    #[test]
    fn servers_are_left_alone_as_long_as_they_ask() {
        let asked = |retry| pause(minutes(5), 1, Some(retry), false, 0.5);
        assert_eq!(asked(minutes(60)), minutes(60));
        assert_eq!(asked(minutes(1)).as_secs(), 600);
        assert_eq!(asked(minutes(100_000)), LONGEST);
        assert_eq!(pause(minutes(5), 1, None, true, 0.5).as_secs_f64().round(), 86_400.0);
    }

    #[test]
    fn chance_moves_a_pause_by_a_tenth() {
        assert_eq!(pause(minutes(10), 0, None, false, 0.0).as_secs_f64().round(), 540.0);
        assert_eq!(pause(minutes(10), 0, None, false, 1.0).as_secs_f64().round(), 660.0);
        assert!((0.0..=1.0).contains(&chance()));
    }
}
