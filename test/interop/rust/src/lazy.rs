//! Reading through the crate's lazy interface: mirrors and promises.
//!
//! The result is the same notation as an eager read gives, put together from what the lazy calls returned.

use crate::note::{Note, Noted, note_entries};
use parcode::rt::ParcodeLazyRef;
use parcode::{ParcodeCollectionPromise, ParcodeItem, ParcodeMapPromise};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::hash::Hash;

#[derive(Clone, Copy, PartialEq)]
pub enum Via {
    /// `load` of every promise.
    Load,
    /// `get(i)` and `get(&key)`.
    Get,
    /// `iter` of collections; maps by `get`.
    Iter,
    /// `get_lazy(i)` and `get_lazy(&key)`, and on from those mirrors in the same way.
    Lazy,
    /// `iter_lazy` of collections; maps by `get_lazy`.
    IterLazy,
}

pub struct How {
    pub via: Via,
    /// How many items of one collection are fetched one by one; beyond that some are picked, and the
    /// others come from `iter` or `load`.
    pub limit: usize,
}

impl How {
    fn picked(&self, len: usize) -> Vec<usize> {
        if len <= self.limit {
            return (0..len).collect();
        }
        (0..self.limit).map(|n| n * (len - 1) / (self.limit - 1).max(1)).collect()
    }
}

pub fn told<T>(result: parcode::Result<T>, call: impl FnOnce() -> String) -> Noted<T> {
    result.map_err(|e| format!("{}: {e}", call()))
}

/// A type that may stand in a chunk of its own: what its promise or mirror leads to.
pub trait Reach<'a>: ParcodeLazyRef<'a> {
    fn reach(lazy: &Self::Lazy, how: &How) -> Noted<Value>;
}

/// An item of a chunked `Vec`.
pub trait VecItem: ParcodeItem + Note {
    /// `get_lazy` or `iter_lazy`, where the items have mirrors.
    fn reach_all<'a>(_: &ParcodeCollectionPromise<'a, Self>, _: &How) -> Option<Noted<Vec<Value>>> {
        None
    }
}

/// A value of a map.
pub trait MapValue: Note + DeserializeOwned + Send + Sync + 'static {
    /// `get_lazy`, where the values have mirrors.
    fn reach_at<'a, K: MapKey>(
        _: &ParcodeMapPromise<'a, K, Self>,
        _: &K,
        _: &How,
    ) -> Option<Noted<Option<Value>>> {
        None
    }
}

pub trait MapKey: Note + Hash + Eq + DeserializeOwned + Send + Sync + 'static {}
impl<K: Note + Hash + Eq + DeserializeOwned + Send + Sync + 'static> MapKey for K {}

macro_rules! scalars {
    (promised: $($p:ty)*; others: $($o:ty)*) => {
        $(
            impl<'a> Reach<'a> for $p {
                fn reach(promise: &Self::Lazy, _: &How) -> Noted<Value> {
                    told(promise.load(), || "load()".into()).map(|v| v.note())
                }
            }
            impl VecItem for $p {}
            impl MapValue for $p {}
        )*
        $(
            impl VecItem for $o {}
            impl MapValue for $o {}
        )*
    };
}
scalars!(promised: u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 bool String; others: u128 i128);

impl<T: Note + DeserializeOwned + Send + Sync + 'static> MapValue for Vec<T> {}
impl<K: MapKey, V: MapValue> MapValue for HashMap<K, V> {}

impl<'a, T: VecItem> Reach<'a> for Vec<T> {
    fn reach(promise: &Self::Lazy, how: &How) -> Noted<Value> {
        if how.via == Via::Load {
            return told(promise.load(), || "load()".into()).map(|v| v.note());
        }
        if matches!(how.via, Via::Lazy | Via::IterLazy)
            && let Some(items) = T::reach_all(promise, how)
        {
            return items.map(Value::Array);
        }
        let mut items: Vec<T> = Vec::new();
        for item in told(promise.iter(), || "iter()".into())? {
            items.push(told(item, || format!("iter() at {}", items.len()))?);
        }
        if items.len() != promise.len() {
            return Err(format!("iter() gave {} items, len() says {}", items.len(), promise.len()));
        }
        if matches!(how.via, Via::Get | Via::Lazy) {
            for i in how.picked(items.len()) {
                items[i] = told(promise.get(i), || format!("get({i})"))?;
            }
        }
        Ok(items.note())
    }
}

/// `reach_all` of a struct that has a mirror.
pub fn reach_mirrors<'a, T: VecItem + Reach<'a>>(
    promise: &ParcodeCollectionPromise<'a, T>,
    how: &How,
) -> Noted<Vec<Value>> {
    let mut values = Vec::new();
    if how.via == Via::IterLazy || promise.len() > how.limit {
        for mirror in told(promise.iter_lazy(), || "iter_lazy()".into())? {
            let i = values.len();
            let mirror = told(mirror, || format!("iter_lazy() at {i}"))?;
            values.push(T::reach(&mirror, how).map_err(|e| format!("iter_lazy() at {i}, {e}"))?);
        }
    } else {
        values.resize(promise.len(), Value::Null);
    }
    if how.via == Via::Lazy {
        for i in how.picked(values.len()) {
            let mirror = told(promise.get_lazy(i), || format!("get_lazy({i})"))?;
            values[i] = T::reach(&mirror, how).map_err(|e| format!("get_lazy({i}), {e}"))?;
        }
    }
    Ok(values)
}

impl<'a, K: MapKey, V: MapValue> Reach<'a> for HashMap<K, V> {
    fn reach(promise: &Self::Lazy, how: &How) -> Noted<Value> {
        let map = told(promise.load(), || "load()".into())?;
        if how.via == Via::Load {
            return Ok(map.note());
        }
        let mut keyed: Vec<(String, &K)> = map.keys().map(|k| (k.note().to_string(), k)).collect();
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        let picked = how.picked(keyed.len());
        let mut picked = picked.iter().peekable();
        let mut entries = Vec::with_capacity(keyed.len());
        for (i, (text, key)) in keyed.iter().enumerate() {
            if picked.next_if(|p| **p == i).is_none() {
                entries.push((key.note(), map[*key].note()));
                continue;
            }
            let lazily = match how.via {
                Via::Lazy | Via::IterLazy => V::reach_at(promise, key, how),
                _ => None,
            };
            let value = match lazily {
                Some(value) => value.map_err(|e| format!("get_lazy({text}), {e}"))?,
                None => told(promise.get(key), || format!("get({text})"))?.map(|v| v.note()),
            };
            let value = value.ok_or_else(|| format!("get({text}) found nothing"))?;
            entries.push((key.note(), value));
        }
        Ok(note_entries(entries))
    }
}
