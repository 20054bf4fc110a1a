//! One fill at a time for each address: when many ask for what is not remembered, one asks the
//! database and the others wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The fills that are under way.
#[derive(Clone, Debug, Default)]
pub struct Flights(Arc<Mutex<HashMap<Box<str>, watch::Receiver<bool>>>>);

/// One's part in a fill.
pub enum Part {
    /// To do it.
    Lead(Lead),
    /// Somebody else has done it.
    Landed,
}

/// The one who fills.
pub struct Lead {
    flights: Flights,
    target: Box<str>,
    land: watch::Sender<bool>,
}

impl Flights {
    /// Leads the fill of this address, or waits until it has ended. When the one who led has gone
    /// without an answer, the next one leads.
    pub async fn join(&self, target: &str) -> Part {
        loop {
            let mut waiting = match self.lead(target) {
                Ok(lead) => return Part::Lead(lead),
                Err(waiting) => waiting,
            };
            if waiting.wait_for(|landed| *landed).await.is_ok() {
                return Part::Landed;
            }
        }
    }

    fn lead(&self, target: &str) -> Result<Lead, watch::Receiver<bool>> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = flights.get(target) {
            return Err(waiting.clone());
        }
        let (land, landing) = watch::channel(false);
        flights.insert(target.into(), landing);
        Ok(Lead { flights: self.clone(), target: target.into(), land })
    }
}

impl Lead {
    /// Lets the others go on: there is an answer, remembered or not.
    pub fn land(self) {
        let _ = self.land.send(true);
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.target);
    }
}
