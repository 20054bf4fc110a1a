//! The ways from the root to categories, whatever the order in which their moves are told.

use std::collections::HashMap;
use uuid::Uuid;

/// The ids from the root down to each category. Those whose parents lead in a circle, to nothing or too
/// deep come second: for the moment they stand at the top.
pub fn paths(
    parents: &HashMap<Uuid, Option<Uuid>>,
    deepest: usize,
) -> (HashMap<Uuid, Vec<Uuid>>, Vec<Uuid>) {
    let mut ids: Vec<Uuid> = parents.keys().copied().collect();
    ids.sort_unstable();
    let mut cut = Vec::new();
    for id in &ids {
        if up(*id, parents, &cut, deepest).is_none() {
            cut.push(*id);
        }
    }
    let path = |id: Uuid| (id, up(id, parents, &cut, deepest).unwrap_or_else(|| vec![id]));
    (ids.into_iter().map(path).collect(), cut)
}

fn up(
    id: Uuid,
    parents: &HashMap<Uuid, Option<Uuid>>,
    cut: &[Uuid],
    deepest: usize,
) -> Option<Vec<Uuid>> {
    let (mut path, mut at) = (vec![id], id);
    while !cut.contains(&at) {
        match parents.get(&at)? {
            None => break,
            Some(parent) if path.len() < deepest => {
                path.push(*parent);
                at = *parent;
            }
            Some(_) => return None,
        }
    }
    path.reverse();
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn tree(edges: &[(u128, u128)]) -> HashMap<Uuid, Option<Uuid>> {
        edges.iter().map(|(a, b)| (id(*a), (*b != 0).then(|| id(*b)))).collect()
    }

    #[test]
    fn each_has_its_way_from_the_root() {
        let (paths, cut) = paths(&tree(&[(3, 2), (2, 1), (1, 0), (4, 0)]), 8);
        assert_eq!(paths[&id(3)], [id(1), id(2), id(3)]);
        assert_eq!(paths[&id(4)], [id(4)]);
        assert!(cut.is_empty());
    }

    #[test]
    fn circles_are_cut_open() {
        let (paths, cut) = paths(&tree(&[(1, 2), (2, 1), (3, 2)]), 8);
        assert_eq!(cut, [id(1)]);
        assert_eq!(paths[&id(1)], [id(1)]);
        assert_eq!(paths[&id(3)], [id(1), id(2), id(3)]);
    }

    #[test]
    fn what_leads_to_nothing_or_too_deep_stands_at_the_top() {
        let (found, cut) = paths(&tree(&[(1, 9)]), 8);
        assert_eq!((found[&id(1)].len(), cut), (1, vec![id(1)]));
        let deep: Vec<(u128, u128)> = (1..=9).map(|n| (n, n - 1)).collect();
        let (found, cut) = paths(&tree(&deep), 8);
        assert_eq!(cut, [id(9)]);
        assert_eq!(found[&id(8)].len(), 8);
    }
}
