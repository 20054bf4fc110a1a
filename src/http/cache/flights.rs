//! One fill at a time for each address: when many ask for what is not remembered, one asks the
//! database and the others wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The fills that are under way.
#[derive(Clone, Debug, Default)]
pub struct Flights(Arc<Mutex<HashMap<Box<str>, watch::Receiver<()>>>>);

/// One's part in a fill.
pub enum Part {
    /// To do it; the others go on when this is dropped.
    Lead(Lead),
    /// Somebody else has done it, or given up.
    Landed,
}

/// The one who fills.
pub struct Lead {
    flights: Flights,
    target: Box<str>,
    _land: watch::Sender<()>,
}

impl Flights {
    /// Leads the fill of this address, or waits until it has ended.
    pub async fn join(&self, target: &str) -> Part {
        let waiting = {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match flights.get(target) {
                Some(waiting) => waiting.clone(),
                None => {
                    let (land, landing) = watch::channel(());
                    flights.insert(target.into(), landing);
                    let lead = Lead { flights: self.clone(), target: target.into(), _land: land };
                    return Part::Lead(lead);
                }
            }
        };
        let mut waiting = waiting;
        // the only news is that the sender is gone
        let _ = waiting.changed().await;
        Part::Landed
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.target);
    }
}
