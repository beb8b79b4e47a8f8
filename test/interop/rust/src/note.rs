//! The JSON notation of values, and the descriptors of types.
//!
//! One trait carries both directions; `types!` (in `macros.rs`) implements it for structs and enums.

use serde_bytes::ByteBuf;
use serde_json::{Map, Number, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

pub type Object = Map<String, Value>;
pub type Noted<T> = Result<T, String>;

pub trait Note: Sized {
    /// The descriptor of the type. Named types are put into `types`, and referred to.
    fn describe(types: &mut Object) -> Value;
    fn note(&self) -> Value;
    fn from_note(value: &Value) -> Noted<Self>;

    // A `Vec<u8>` is written as hexadecimal digits, every other `Vec` as an array.
    fn note_vec(items: &[Self]) -> Value {
        note_array(items)
    }
    fn vec_from_note(value: &Value) -> Noted<Vec<Self>> {
        vec_from_array(value)
    }
}

pub fn note_array<'a, T: Note + 'a>(items: impl IntoIterator<Item = &'a T>) -> Value {
    Value::Array(items.into_iter().map(T::note).collect())
}

pub fn vec_from_array<T: Note>(value: &Value) -> Noted<Vec<T>> {
    array(value, None)?.iter().enumerate().map(|(i, item)| T::from_note(item).map_err(|e| at(i, e))).collect()
}

/// Puts one more step in front of the path of an error.
pub fn at(step: impl std::fmt::Display, error: String) -> String {
    match error.strip_prefix("at ") {
        Some(rest) => format!("at {step}.{rest}"),
        None => format!("at {step}: {error}"),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(60).chain("…".chars()).collect()
}

pub fn wanted<T>(what: &str, value: &Value) -> Noted<T> {
    Err(format!("expected {what}, got {}", shown(value)))
}

pub fn array(value: &Value, len: Option<usize>) -> Noted<&Vec<Value>> {
    match (value, len) {
        (Value::Array(items), None) => Ok(items),
        (Value::Array(items), Some(len)) if items.len() == len => Ok(items),
        (_, None) => wanted("an array", value),
        (_, Some(len)) => wanted(&format!("an array of {len}"), value),
    }
}

/// The fields of a struct: all of them, and no others.
pub fn fields<'v>(value: &'v Value, names: &[&str]) -> Noted<&'v Object> {
    let Value::Object(object) = value else {
        return wanted("an object", value);
    };
    if let Some(missing) = names.iter().find(|name| !object.contains_key(**name)) {
        return Err(format!("field {missing} is missing"));
    }
    match object.keys().find(|name| !names.contains(&name.as_str())) {
        Some(extra) => Err(format!("there is no field {extra}")),
        None => Ok(object),
    }
}

pub fn note_variant(name: &str, names: &[&str], value: Option<Value>) -> Value {
    let index = names.iter().position(|n| *n == name);
    let mut object = Object::new();
    object.insert("variant".into(), name.into());
    object.insert("index".into(), index.into());
    if let Some(value) = value {
        object.insert("value".into(), value);
    }
    Value::Object(object)
}

/// The name and the value of a variant. The index may be left out; when it is there, it has to fit.
pub fn variant<'v>(value: &'v Value, names: &[&str]) -> Noted<(&'v str, &'v Value)> {
    let Some(name) = value.get("variant").and_then(Value::as_str) else {
        return wanted("a variant", value);
    };
    let Some(index) = names.iter().position(|n| *n == name) else {
        return Err(format!("there is no variant {name}"));
    };
    match value.get("index") {
        Some(given) if given.as_u64() != Some(index as u64) => {
            Err(format!("variant {name} has index {index}, not {given}"))
        }
        _ => Ok((name, value.get("value").unwrap_or(&Value::Null))),
    }
}

pub fn describe_once(name: &str, types: &mut Object, make: impl FnOnce(&mut Object) -> Value) -> Value {
    if !types.contains_key(name) {
        types.insert(name.into(), Value::Null); // for types that contain themselves
        let made = make(types);
        types.insert(name.into(), made);
    }
    json!({ "kind": "ref", "name": name })
}

/// A field's descriptor. `attributes` is the text inside `#[parcode(…)]`.
pub fn describe_field(name: &str, kind: Value, attributes: &str) -> Value {
    let mut field = Object::new();
    field.insert("name".into(), name.into());
    field.insert("type".into(), kind);
    for attribute in attributes.split(',').map(str::trim).filter(|a| !a.is_empty()) {
        match attribute.split_once('=') {
            None => field.insert(attribute.into(), true.into()),
            Some((key, text)) => field.insert(key.trim().into(), text.trim().trim_matches('"').into()),
        };
    }
    Value::Object(field)
}

// --- Numbers ---

macro_rules! small_integers {
    ($($t:ident)*) => {$(
        impl Note for $t {
            fn describe(_: &mut Object) -> Value { json!({ "kind": stringify!($t) }) }
            fn note(&self) -> Value { (*self).into() }
            fn from_note(value: &Value) -> Noted<Self> {
                integer(value).and_then(|n| <$t>::try_from(n).ok())
                    .map_or_else(|| wanted(concat!("a ", stringify!($t)), value), Ok)
            }
        }
    )*};
}
small_integers!(u16 u32 i8 i16 i32);

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(n) => n.as_i64().map(i128::from).or(n.as_u64().map(i128::from)),
        _ => None,
    }
}

impl Note for u8 {
    fn describe(_: &mut Object) -> Value {
        json!({ "kind": "u8" })
    }
    fn note(&self) -> Value {
        (*self).into()
    }
    fn from_note(value: &Value) -> Noted<Self> {
        integer(value).and_then(|n| u8::try_from(n).ok()).map_or_else(|| wanted("a u8", value), Ok)
    }
    fn note_vec(items: &[u8]) -> Value {
        if items.is_empty() {
            return json!([]);
        }
        json!({ "hex": hex(items) })
    }
    fn vec_from_note(value: &Value) -> Noted<Vec<u8>> {
        match value {
            Value::Array(_) => vec_from_array(value),
            _ => bytes(value),
        }
    }
}

macro_rules! large_integers {
    ($($t:ident)*) => {$(
        impl Note for $t {
            fn describe(_: &mut Object) -> Value { json!({ "kind": stringify!($t) }) }
            fn note(&self) -> Value { self.to_string().into() }
            fn from_note(value: &Value) -> Noted<Self> {
                let text = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                text.parse().or_else(|_| wanted(concat!("a ", stringify!($t)), value))
            }
        }
    )*};
}
large_integers!(u64 i64 u128 i128 usize isize);

macro_rules! floats {
    ($($t:ident $u:ident $key:literal $digits:literal)*) => {$(
        impl Note for $t {
            fn describe(_: &mut Object) -> Value { json!({ "kind": stringify!($t) }) }
            fn note(&self) -> Value {
                match Number::from_f64(f64::from(*self)) {
                    Some(n) if self.to_bits() != (-0.0 as $t).to_bits() => Value::Number(n),
                    _ => json!({ $key: format!(concat!("{:0", $digits, "x}"), self.to_bits()) }),
                }
            }
            fn from_note(value: &Value) -> Noted<Self> {
                if let Some(bits) = value.get($key).and_then(Value::as_str) {
                    return $u::from_str_radix(bits, 16).map($t::from_bits)
                        .or_else(|_| wanted("hexadecimal digits", value));
                }
                value.as_f64().map_or_else(|| wanted("a number", value), |n| Ok(n as $t))
            }
        }
    )*};
}
floats!(f32 u32 "f32bits" 8  f64 u64 "f64bits" 16);

// --- Bytes and text ---

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub fn unhex(text: &str) -> Noted<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Err("an odd number of hexadecimal digits".into());
    }
    let digit = |d: u8| (d as char).to_digit(16).ok_or("not a hexadecimal digit".to_string());
    digits.chunks(2).map(|pair| Ok((digit(pair[0])? << 4 | digit(pair[1])?) as u8)).collect()
}

/// `{"hex"}`, or `{"repeatHex","length"}`: those bytes again and again, up to the length.
fn bytes(value: &Value) -> Noted<Vec<u8>> {
    if let Some(text) = value.get("hex").and_then(Value::as_str) {
        return unhex(text);
    }
    let repeat = value.get("repeatHex").and_then(Value::as_str);
    let length = value.get("length").and_then(Value::as_u64);
    match (repeat, length) {
        (Some(text), Some(length)) => Ok(unhex(text)?.into_iter().cycle().take(length as usize).collect()),
        _ => wanted("bytes", value),
    }
}

impl Note for ByteBuf {
    fn describe(_: &mut Object) -> Value {
        json!({ "kind": "bytes" })
    }
    fn note(&self) -> Value {
        json!({ "hex": hex(self) })
    }
    fn from_note(value: &Value) -> Noted<Self> {
        u8::vec_from_note(value).map(ByteBuf::from)
    }
}

impl Note for bool {
    fn describe(_: &mut Object) -> Value {
        json!({ "kind": "bool" })
    }
    fn note(&self) -> Value {
        (*self).into()
    }
    fn from_note(value: &Value) -> Noted<Self> {
        value.as_bool().map_or_else(|| wanted("a bool", value), Ok)
    }
}

impl Note for char {
    fn describe(_: &mut Object) -> Value {
        json!({ "kind": "char" })
    }
    fn note(&self) -> Value {
        self.to_string().into()
    }
    fn from_note(value: &Value) -> Noted<Self> {
        match value.as_str().map(|text| text.parse()) {
            Some(Ok(c)) => Ok(c),
            _ => wanted("a char", value),
        }
    }
}

impl Note for String {
    fn describe(_: &mut Object) -> Value {
        json!({ "kind": "string" })
    }
    fn note(&self) -> Value {
        self.as_str().into()
    }
    fn from_note(value: &Value) -> Noted<Self> {
        value.as_str().map_or_else(|| wanted("a string", value), |text| Ok(text.into()))
    }
}

impl Note for Box<str> {
    fn describe(types: &mut Object) -> Value {
        String::describe(types)
    }
    fn note(&self) -> Value {
        (**self).into()
    }
    fn from_note(value: &Value) -> Noted<Self> {
        String::from_note(value).map(String::into_boxed_str)
    }
}

impl Note for () {
    fn describe(_: &mut Object) -> Value {
        json!({ "kind": "unit" })
    }
    fn note(&self) -> Value {
        Value::Null
    }
    fn from_note(value: &Value) -> Noted<Self> {
        match value {
            Value::Null => Ok(()),
            _ => wanted("null", value),
        }
    }
}

// --- Containers ---

impl<T: Note> Note for Box<T> {
    fn describe(types: &mut Object) -> Value {
        T::describe(types)
    }
    fn note(&self) -> Value {
        (**self).note()
    }
    fn from_note(value: &Value) -> Noted<Self> {
        T::from_note(value).map(Box::new)
    }
}

impl<T: Note> Note for Option<T> {
    fn describe(types: &mut Object) -> Value {
        json!({ "kind": "option", "item": T::describe(types) })
    }
    fn note(&self) -> Value {
        match self {
            None => Value::Null,
            Some(inner) => json!({ "some": inner.note() }),
        }
    }
    fn from_note(value: &Value) -> Noted<Self> {
        match value {
            Value::Null => Ok(None),
            _ => match value.get("some") {
                Some(inner) => T::from_note(inner).map(Some).map_err(|e| at("some", e)),
                None => wanted("null or {\"some\"}", value),
            },
        }
    }
}

impl<T: Note, E: Note> Note for Result<T, E> {
    fn describe(types: &mut Object) -> Value {
        json!({ "kind": "result", "ok": T::describe(types), "err": E::describe(types) })
    }
    fn note(&self) -> Value {
        match self {
            Ok(inner) => note_variant("Ok", &["Ok", "Err"], Some(inner.note())),
            Err(inner) => note_variant("Err", &["Ok", "Err"], Some(inner.note())),
        }
    }
    fn from_note(value: &Value) -> Noted<Self> {
        match variant(value, &["Ok", "Err"])? {
            ("Ok", inner) => T::from_note(inner).map(Ok).map_err(|e| at("Ok", e)),
            (_, inner) => E::from_note(inner).map(Err).map_err(|e| at("Err", e)),
        }
    }
}

impl<T: Note> Note for Vec<T> {
    fn describe(types: &mut Object) -> Value {
        json!({ "kind": "vec", "item": T::describe(types) })
    }
    fn note(&self) -> Value {
        T::note_vec(self)
    }
    fn from_note(value: &Value) -> Noted<Self> {
        T::vec_from_note(value)
    }
}

impl<T: Note, const N: usize> Note for [T; N] {
    fn describe(types: &mut Object) -> Value {
        json!({ "kind": "array", "item": T::describe(types), "len": N })
    }
    fn note(&self) -> Value {
        note_array(self)
    }
    fn from_note(value: &Value) -> Noted<Self> {
        array(value, Some(N))?;
        let items: Vec<T> = vec_from_array(value)?;
        items.try_into().map_err(|_| "wrong length".into())
    }
}

macro_rules! tuples {
    ($(($($t:ident $i:tt),+) $len:literal)*) => {$(
        impl<$($t: Note),+> Note for ($($t,)+) {
            fn describe(types: &mut Object) -> Value {
                json!({ "kind": "tuple", "items": [$($t::describe(types)),+] })
            }
            fn note(&self) -> Value { json!([$(self.$i.note()),+]) }
            fn from_note(value: &Value) -> Noted<Self> {
                let items = array(value, Some($len))?;
                Ok(($($t::from_note(&items[$i]).map_err(|e| at($i, e))?,)+))
            }
        }
    )*};
}
tuples! {
    (A 0) 1
    (A 0, B 1) 2
    (A 0, B 1, C 2) 3
    (A 0, B 1, C 2, D 3) 4
}

/// Sorts by the bytes of the JSON text.
fn sorted<T>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> Value) -> Vec<T> {
    let mut keyed: Vec<(String, T)> = items.into_iter().map(|item| (key(&item).to_string(), item)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed.into_iter().map(|(_, item)| item).collect()
}

/// The notation of a map of which the keys and values are noted already.
pub fn note_entries(entries: Vec<(Value, Value)>) -> Value {
    let entries = sorted(entries, |(key, _)| key.clone());
    json!({ "map": entries.into_iter().map(|(k, v)| json!([k, v])).collect::<Vec<_>>() })
}

fn entries<K: Note, V: Note>(value: &Value) -> Noted<Vec<(K, V)>> {
    let Some(Value::Array(list)) = value.get("map") else {
        return wanted("{\"map\"}", value);
    };
    list.iter().enumerate().map(|(i, entry)| <(K, V)>::from_note(entry).map_err(|e| at(i, e))).collect()
}

macro_rules! maps {
    ($($map:ident ($($bound:tt)+))*) => {$(
        impl<K: Note + $($bound)+, V: Note> Note for $map<K, V> {
            fn describe(types: &mut Object) -> Value {
                let key = K::describe(types);
                json!({ "kind": "map", "rust": stringify!($map), "key": key, "value": V::describe(types) })
            }
            fn note(&self) -> Value {
                note_entries(self.iter().map(|(k, v)| (k.note(), v.note())).collect())
            }
            fn from_note(value: &Value) -> Noted<Self> {
                Ok(entries(value)?.into_iter().collect())
            }
        }
    )*};
}
maps! { HashMap (Eq + Hash)  BTreeMap (Ord) }

impl<T: Note + Ord> Note for BTreeSet<T> {
    fn describe(types: &mut Object) -> Value {
        json!({ "kind": "set", "rust": "BTreeSet", "item": T::describe(types) })
    }
    fn note(&self) -> Value {
        note_array(self)
    }
    fn from_note(value: &Value) -> Noted<Self> {
        Ok(vec_from_array(value)?.into_iter().collect())
    }
}

/// The order on disk is lost once a `HashSet` is read, so its items are sorted as a map's keys are.
impl<T: Note + Eq + Hash> Note for HashSet<T> {
    fn describe(types: &mut Object) -> Value {
        json!({ "kind": "set", "rust": "HashSet", "item": T::describe(types) })
    }
    fn note(&self) -> Value {
        Value::Array(sorted(self.iter().map(T::note), Value::clone))
    }
    fn from_note(value: &Value) -> Noted<Self> {
        Ok(vec_from_array(value)?.into_iter().collect())
    }
}
