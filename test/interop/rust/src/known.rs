//! The types that can be asked for by name, and what can be done with each.

use crate::lazy::{How, Reach, told};
use crate::note::{Note, Noted, Object};
use crate::types::*;
use ordcode::{DeBytesReader, DeBytesWriter, Order, params};
use parcode::graph::SerializationJob;
use parcode::internal::bincode;
use parcode::map::MapShardJob;
use parcode::visitor::ParcodeVisitor;
use parcode::{Parcode, ParcodeFile, ParcodeNative};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_bytes::ByteBuf;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

/// How a file is written.
pub struct Writing {
    pub compression: bool,
    /// With the crate's serial writer: chunks in a fixed order.
    pub serial: bool,
}

pub enum Preset {
    Ascending,
    Descending,
    Portable,
    Native,
}

pub struct Known {
    pub name: String,
    pub describe: fn(&mut Object) -> Value,
    pub canonical: fn(&Value) -> Noted<Value>,
    pub encode: fn(&Value) -> Noted<Vec<u8>>,
    /// The value, and how many bytes it took.
    pub decode: fn(&[u8]) -> Noted<(Value, usize)>,
    pub ord_encode: fn(&Value, &Preset) -> Noted<Vec<u8>>,
    /// The value, and how many bytes are left.
    pub ord_decode: fn(&[u8], &Preset) -> Noted<(Value, usize)>,
    pub write: Option<fn(&Value, &Writing) -> Noted<Vec<u8>>>,
    pub read: Option<fn(&ParcodeFile) -> Noted<Value>>,
    pub lazy: Option<fn(&ParcodeFile, &How) -> Noted<Value>>,
    pub hash: Option<fn(&Value) -> Noted<u64>>,
}

trait Valued: Note + Serialize + DeserializeOwned {}
impl<T: Note + Serialize + DeserializeOwned> Valued for T {}

fn text(e: impl std::fmt::Display) -> String {
    e.to_string()
}

fn named<T: Valued>(name: &str) -> Known {
    Known {
        name: name.split_whitespace().collect::<Vec<_>>().join(" "),
        describe: T::describe,
        canonical: |value| T::from_note(value).map(|v| v.note()),
        encode: |value| {
            bincode::serde::encode_to_vec(T::from_note(value)?, bincode::config::standard()).map_err(text)
        },
        decode: |bytes| {
            let (value, used): (T, usize) =
                bincode::serde::decode_from_slice(bytes, bincode::config::standard()).map_err(text)?;
            Ok((value.note(), used))
        },
        ord_encode: |value, preset| {
            let value = T::from_note(value)?;
            match preset {
                Preset::Ascending => ordcode::ser_to_vec_ordered(&value, Order::Ascending).map_err(text),
                Preset::Descending => ordcode::ser_to_vec_ordered(&value, Order::Descending).map_err(text),
                Preset::Portable => ord_encode(&value, params::PortableBinary),
                Preset::Native => ord_encode(&value, params::NativeBinary),
            }
        },
        ord_decode: |bytes, preset| match preset {
            Preset::Ascending => ord_decode::<T, _>(bytes, params::AscendingOrder),
            Preset::Descending => {
                let inverted: Vec<u8> = bytes.iter().map(|b| !b).collect();
                ord_decode::<T, _>(&inverted, params::AscendingOrder)
            }
            Preset::Portable => ord_decode::<T, _>(bytes, params::PortableBinary),
            Preset::Native => ord_decode::<T, _>(bytes, params::NativeBinary),
        },
        write: None,
        read: None,
        lazy: None,
        hash: None,
    }
}

fn ord_encode<T: Serialize, P: params::SerializerParams>(value: &T, params: P) -> Noted<Vec<u8>> {
    let mut bytes = vec![0; ordcode::calc_size(value, params).map_err(text)?];
    let mut writer = DeBytesWriter::new(&mut bytes);
    value.serialize(&mut ordcode::Serializer::new(&mut writer, params)).map_err(text)?;
    writer.is_complete().map_err(text)?;
    Ok(bytes)
}

fn ord_decode<T: Valued, P: params::SerializerParams>(bytes: &[u8], params: P) -> Noted<(Value, usize)> {
    use ordcode::buf::ReadBytes;
    let mut reader = DeBytesReader::new(bytes);
    let value = T::deserialize(&mut ordcode::Deserializer::new(&mut reader, params)).map_err(text)?;
    Ok((value.note(), reader.remaining_buffer().len()))
}

fn written<T: Valued + ParcodeVisitor + Sync>(value: &Value, writing: &Writing) -> Noted<Vec<u8>> {
    let value = T::from_note(value)?;
    let mut bytes = Vec::new();
    let options = Parcode::builder().compression(writing.compression);
    if writing.serial { options.write_sync(&mut bytes, &value) } else { options.write(&mut bytes, &value) }
        .map_err(text)?;
    Ok(bytes)
}

fn read<T: Note + ParcodeNative>(file: &ParcodeFile) -> Noted<Value> {
    file.load::<T>().map_err(text).map(|v| v.note())
}

fn reached<T: for<'a> Reach<'a>>(file: &ParcodeFile, how: &How) -> Noted<Value> {
    T::reach(&told(file.root::<T>(), || "root()".into())?, how)
}

/// The hash of a key, as it stands in a map's shard.
fn hashed<T: Valued + Hash + Sync>(value: &Value) -> Noted<u64> {
    let key = T::from_note(value)?;
    let shard = MapShardJob { items: vec![(&key, &0u8)] }.execute(&[]).map_err(text)?;
    let bytes = shard.get(8..16).ok_or("the shard is too short")?;
    Ok(u64::from_le_bytes(bytes.try_into().map_err(text)?))
}

macro_rules! known {
    ($(
        $what:ident { $($t:ty),* $(,)? }
    )*) => {
        pub fn known() -> Vec<Known> {
            let mut list: Vec<Known> = Vec::new();
            $($( known!(@$what list $t); )*)*
            list
        }
    };
    // A root the crate writes, reads, and reads lazily.
    (@lazy $list:ident $t:ty) => {
        $list.push(Known {
            write: Some(written::<$t>),
            read: Some(read::<$t>),
            lazy: Some(reached::<$t>),
            ..named::<$t>(stringify!($t))
        })
    };
    // A root without a lazy reader.
    (@eager $list:ident $t:ty) => {
        $list.push(Known { write: Some(written::<$t>), read: Some(read::<$t>), ..named::<$t>(stringify!($t)) })
    };
    // A root without any reader.
    (@write_only $list:ident $t:ty) => {
        $list.push(Known { write: Some(written::<$t>), ..named::<$t>(stringify!($t)) })
    };
    // Not a root: for `encode`, `decode`, `ordEncode` and `ordDecode`.
    (@inline $list:ident $t:ty) => {
        $list.push(named::<$t>(stringify!($t)))
    };
    // A map key, among the types above or not.
    (@key $list:ident $t:ty) => {{
        let name = stringify!($t);
        let at = $list.iter().position(|k| k.name == name).unwrap_or_else(|| {
            $list.push(named::<$t>(name));
            $list.len() - 1
        });
        $list[at].hash = Some(hashed::<$t>);
    }};
}

known! {
    lazy {
        AllInline, Atlas, BlobMaps, Boundaries, Campaign, ChunkPrims, Deep0, Deep1, Deep2, Deep3, EmptyMaps, Enums,
        GameWorld, Holder, IgnoredAttr, Item, Level, LevelMeta, ManyKeys, MapItem, MapLz4, MapMap, MapOfRemote,
        MapOfRemoteU32, MapOnVec, MapRemoteFirst, MapString, MapStringVec, MapU128, MapU32, MapU64, MixedOrder, Mixture,
        Nothing, OnlyRemote, PerField, Player, Profile, Region, RemoteFirst, SortedPlayer, TinyBlobMap, TreeNode,
        WorldSettings, Zstd,
        bool, f32, f64, i16, i32, i64, i8, u16, u32, u64, u8, String,
        HashMap<String, u64>, HashMap<u32, Vec<String>>, HashMap<String, Player>, HashMap<u8, u8>, HashMap<u32, u32>,
        Vec<bool>, Vec<f32>, Vec<f64>, Vec<i8>, Vec<i16>, Vec<i32>, Vec<i64>, Vec<i128>,
        Vec<u8>, Vec<u16>, Vec<u32>, Vec<u64>, Vec<u128>, Vec<String>,
        Vec<GameWorld>, Vec<Item>, Vec<Level>, Vec<Nothing>, Vec<Player>, Vec<Region>, Vec<RemoteFirst>, Vec<SortedPlayer>,
    }
    eager { i128, u128 }
    write_only { Vec<HashMap<String, u32>>, Vec<Vec<u32>> }
    inline {
        Shape, Plain, Marker, Rgb, Meters,
        (), (String, (String, String), u8), (String, String, u8), (u8, i16),
        BTreeMap<String, u32>, BTreeMap<u8, Vec<u8>>, BTreeMap<u8, u8>, BTreeSet<i32>, ByteBuf,
        Everything, Foo, Key, Kind, UnitS, Wide, Wrapper,
        Option<Option<u8>>, Option<String>, Option<u32>,
        Vec<()>, Vec<Kind>, Vec<Option<bool>>, Vec<Vec<i8>>, [u16; 3], [u8; 0],
    }
    key {
        u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char, String, (),
        (u32, String), (u8, char), [u8; 4], [u16; 2], Vec<u8>, Vec<u32>, Vec<String>, Option<u16>,
        Color, Coord, KeyEnum, Big,
    }
}
