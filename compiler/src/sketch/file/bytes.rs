//! Numbers to bytes and back, with lengths checked before anything is done with them.

use super::{Result, SketchFileError};

/// FNV-1a with 64 bits. Each step is a bijection of the state, so two texts of one length that differ in one byte differ in
/// their sums.
#[derive(Clone, Copy, Debug)]
pub struct Checksum(u64);

impl Default for Checksum {
    fn default() -> Checksum {
        Checksum(0xcbf2_9ce4_8422_2325)
    }
}

impl Checksum {
    /// Goes on with further bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// The sum of all bytes so far.
    pub fn value(self) -> u64 {
        self.0
    }

    fn of(bytes: &[u8]) -> u64 {
        let mut sum = Checksum::default();
        sum.update(bytes);
        sum.value()
    }
}

/// The bytes without the checksum at their end, if it is right.
pub(super) fn checked(bytes: &[u8]) -> Result<&[u8]> {
    match bytes.split_last_chunk::<8>() {
        Some((content, sum)) if u64::from_le_bytes(*sum) == Checksum::of(content) => Ok(content),
        _ => Err(SketchFileError::Damaged),
    }
}

#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub fn u16(&mut self, n: u16) {
        self.raw(&n.to_le_bytes());
    }

    pub fn u64(&mut self, n: u64) {
        self.raw(&n.to_le_bytes());
    }

    pub fn f64(&mut self, x: f64) {
        self.raw(&x.to_le_bytes());
    }

    pub fn varint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.byte(n as u8 | 0x80);
            n >>= 7;
        }
        self.byte(n as u8);
    }

    pub fn section(&mut self, tag: [u8; 4], content: impl FnOnce(&mut Writer)) {
        self.raw(&tag);
        let length = self.0.len();
        self.u64(0);
        content(self);
        let written = (self.0.len() - length - 8) as u64;
        self.0[length..length + 8].copy_from_slice(&written.to_le_bytes());
    }

    /// What was written, without a checksum.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// What was written, with its checksum.
    pub fn finish(mut self) -> Vec<u8> {
        let sum = Checksum::of(&self.0);
        self.u64(sum);
        self.into_bytes()
    }
}

#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes that are left.
    pub fn left(&self) -> u64 {
        self.0.len() as u64
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8]> {
        let at = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let (taken, rest) = at.ok_or(SketchFileError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(SketchFileError::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub fn skip(&mut self, length: usize) -> Result<()> {
        self.take(length as u64).map(drop)
    }

    pub fn byte(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn f64(&mut self) -> Result<f64> {
        self.array().map(f64::from_le_bytes)
    }

    pub fn varint(&mut self) -> Result<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            n |= bits << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(SketchFileError::Inconsistent("a number of more than 64 bits"))
    }

    pub fn section(&mut self) -> Result<([u8; 4], &'a [u8])> {
        let tag = self.array()?;
        let length = self.u64()?;
        Ok((tag, self.take(length)?))
    }
}
