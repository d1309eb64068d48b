//! How many bytes the values of a running program take, each value once however many variables hold it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::interpret::Frame;
use super::value::Value;
use crate::context::Context;

/// The memory of one thread of a program.
#[derive(Default)]
pub(super) struct Account {
    /// Values of the frames below the current one that others may hold too, by their identity.
    below: HashMap<usize, u64, BuildHasherDefault<Address>>,
    /// Bytes of all values of those frames.
    bytes: u64,
    /// What the context counts for this thread.
    told: u64,
    /// Shared values of the current frame; kept for its memory.
    here: Vec<(usize, u64)>,
}

/// Spreads addresses: they are multiples of 8 that nobody chooses.
#[derive(Default)]
struct Address(u64);

impl Hasher for Address {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_usize(usize::from(*b)));
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0.rotate_left(5) ^ address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }
}

/// A frame that lies below the current one.
pub(super) struct Lower {
    shared: Vec<usize>,
    bytes: u64,
}

impl Account {
    /// Of a thread that begins with values which another one counts.
    pub fn beside(frame: &Frame, below: &Account) -> Account {
        let shared = frame.iter().flatten().filter_map(|v| v.id().map(|id| (id, 0)));
        let below = below.below.keys().map(|id| (*id, 0)).chain(shared).collect();
        Account { below, ..Account::default() }
    }

    /// A function is called from a frame, which does not change until it returns: a value that only this frame holds
    /// stays its own.
    pub fn enter(&mut self, frame: &Frame) -> Lower {
        let mut lower = Lower { shared: vec![], bytes: 0 };
        for value in frame.iter().flatten() {
            let Some(id) = value.id() else { continue };
            if !value.is_shared() {
                lower.bytes += value.bytes();
            } else if self.below.insert(id, value.bytes()).is_none() {
                lower.bytes += value.bytes();
                lower.shared.push(id);
            }
        }
        self.bytes += lower.bytes;
        lower
    }

    /// The function has returned.
    pub fn leave(&mut self, lower: Lower) {
        self.bytes -= lower.bytes;
        for id in &lower.shared {
            self.below.remove(id);
        }
    }

    /// Tells the kernels how much memory is in use.
    pub fn tell(&mut self, frame: &Frame, slots: &[Option<Value>], context: &Context) {
        let mut bytes = self.bytes;
        self.here.clear();
        for value in frame.iter().chain(slots).flatten() {
            let Some(id) = value.id() else { continue };
            if !value.is_shared() {
                bytes += value.bytes();
            } else if !self.below.contains_key(&id) {
                self.here.push((id, value.bytes()));
            }
        }
        self.here.sort_unstable();
        self.here.dedup();
        bytes += self.here.iter().map(|(_, bytes)| bytes).sum::<u64>();
        if bytes != self.told {
            context.live_changes(self.told, bytes);
            self.told = bytes;
        }
    }

    /// Values that no frame holds are kept until the thread ends.
    pub fn keep(&mut self, bytes: u64) {
        self.bytes += bytes;
    }

    /// The thread ends.
    pub fn close(&mut self, context: &Context) {
        context.live_changes(self.told, 0);
        self.told = 0;
    }
}
