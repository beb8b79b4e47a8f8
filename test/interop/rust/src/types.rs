//! The types of the fixtures, as their descriptions give them, and a few more.

use crate::lazy::{How, MapKey, MapValue, Reach, VecItem, reach_mirrors};
use crate::note::*;
use parcode::{ParcodeCollectionPromise, ParcodeMapPromise, ParcodeObject};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

// Of the .par fixtures.
types! {
    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct AllInline {
        pub a_u8: u8,
        pub a_u16: u16,
        pub a_u32: u32,
        pub a_u64: u64,
        pub a_u128: u128,
        pub a_usize: usize,
        pub a_i8: i8,
        pub a_i16: i16,
        pub a_i32: i32,
        pub a_i64: i64,
        pub a_i128: i128,
        pub a_isize: isize,
        pub a_f32: f32,
        pub a_f64: f64,
        pub a_bool: bool,
        pub a_char: char,
        pub a_string: String,
        pub a_unit: (),
        pub none: Option<u32>,
        pub some: Option<u32>,
        pub some_some: Option<Option<String>>,
        pub some_none: Option<Option<String>>,
        pub tuple: (u8, String, i64),
        pub tuple1: (u64,),
        pub arr: [u16; 4],
        pub arr_u8: [u8; 6],
        pub arr0: [u32; 0],
        pub matrix: [[i32; 2]; 3],
        pub boxed: Box<u64>,
        pub boxed_str: Box<str>,
        pub nested_vec: Vec<Vec<i16>>,
        pub opt_vec: Option<Vec<u8>>,
        pub btree: BTreeMap<String, u32>,
        pub btree_int: BTreeMap<i32, Vec<bool>>,
        pub bset: BTreeSet<u16>,
        pub hset: HashSet<u32>,
        pub hmap: HashMap<u16, String>,
        pub newtype: Meters,
        pub rgb: Rgb,
        pub marker: Marker,
        pub plain: Plain,
        pub bytes: ByteBuf,
        pub colors: Vec<Color>,
        pub shapes: Vec<Shape>,
        pub result_ok: Result<u8, String>,
        pub result_err: Result<u8, String>,
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    pub enum Shape {
        Nothing,
        Circle(f64),
        Rect(f32, f32),
        Poly { points: Vec<(i32, i32)>, closed: bool },
        Tagged(Color),
        Nested(Box<Shape>),
        MaybeText(Option<String>),
        Bytes(Vec<u8>),
        Empty {},
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Color { Red, Green, Blue }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    pub struct Plain {
        pub x: i32,
        pub tag: Option<u16>,
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    pub struct Marker;

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    pub struct Rgb(pub u8, pub u8, pub u8);

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    pub struct Meters(pub f64);

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct TinyBlobMap {
        #[parcode(chunkable)]
        pub tiny: HashMap<u8, u8>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct BlobMaps {
        #[parcode(chunkable)]
        pub plain: HashMap<String, u32>,
        #[parcode(chunkable)]
        pub empty: HashMap<String, u32>,
        #[parcode(chunkable, compression = "lz4")]
        pub packed: HashMap<u32, String>,
        #[parcode(chunkable, compression = "lz4")]
        pub packed_empty: HashMap<u32, String>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Boundaries {
        pub u16s: Vec<u16>,
        pub u32s: Vec<u32>,
        pub u64s: Vec<u64>,
        pub u128s: Vec<u128>,
        pub i16s: Vec<i16>,
        pub i32s: Vec<i32>,
        pub i64s: Vec<i64>,
        pub i128s: Vec<i128>,
        pub chars: Vec<char>,
        pub f32s: Vec<f32>,
        pub f64s: Vec<f64>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Campaign {
        pub title: String,
        #[parcode(chunkable)]
        pub levels: Vec<Level>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Level {
        pub id: u32,
        pub name: String,
        #[parcode(chunkable)]
        pub tiles: Vec<u8>,
        #[parcode(chunkable)]
        pub meta: LevelMeta,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct LevelMeta {
        pub author: String,
        pub rating: Option<f32>,
        #[parcode(chunkable, compression = "lz4")]
        pub notes: String,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct ChunkPrims {
        #[parcode(chunkable)]
        pub a: u8,
        #[parcode(chunkable)]
        pub b: u16,
        #[parcode(chunkable)]
        pub c: u32,
        #[parcode(chunkable)]
        pub d: u64,
        #[parcode(chunkable)]
        pub e: i8,
        #[parcode(chunkable)]
        pub f: i16,
        #[parcode(chunkable)]
        pub g: i32,
        #[parcode(chunkable)]
        pub h: i64,
        #[parcode(chunkable)]
        pub i: f32,
        #[parcode(chunkable)]
        pub j: f64,
        #[parcode(chunkable)]
        pub k: bool,
        #[parcode(chunkable)]
        pub l: String,
        #[parcode(chunkable, compression = "lz4")]
        pub m: String,
        #[parcode(chunkable, compression = "none")]
        pub n: String,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct IgnoredAttr {
        #[parcode(compression = "lz4")]
        pub inline_after_all: Vec<u8>,
        pub n: u16,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Deep0 {
        pub label: String,
        #[parcode(chunkable)]
        pub next: Deep1,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Deep1 {
        pub label: String,
        #[parcode(chunkable, compression = "lz4")]
        pub next: Deep2,
        #[parcode(chunkable)]
        pub side: Deep3,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Deep3 {
        pub label: String,
        #[parcode(chunkable)]
        pub data: Vec<u8>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Deep2 {
        pub label: String,
        #[parcode(chunkable)]
        pub next: Deep3,
        pub inlined: Deep3,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct EmptyMaps {
        #[parcode(map)]
        pub a: HashMap<String, u32>,
        #[parcode(map, compression = "lz4")]
        pub b: HashMap<u32, Player>,
        #[parcode(chunkable)]
        pub c: Vec<u32>,
        #[parcode(chunkable, compression = "lz4")]
        pub d: Vec<String>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Player {
        pub level: u32,
        #[parcode(chunkable)]
        pub inventory: Vec<u32>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Enums {
        pub one: Shape,
        pub list: Vec<Shape>,
        pub big: Vec<Big>,
        pub by_color: BTreeMap<Color, u8>,
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Big {
        V0, V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12, V13, V14, V15, V16, V17, V18, V19, V20, V21, V22,
        V23, V24, V25, V26, V27, V28, V29, V30, V31, V32, V33, V34, V35, V36, V37, V38, V39, V40, V41, V42, V43,
        V44, V45, V46, V47, V48, V49, V50, V51, V52, V53, V54, V55, V56, V57, V58, V59, V60, V61, V62, V63, V64,
        V65, V66, V67, V68, V69, V70, V71, V72, V73, V74, V75, V76, V77, V78, V79, V80, V81, V82, V83, V84, V85,
        V86, V87, V88, V89, V90, V91, V92, V93, V94, V95, V96, V97, V98, V99, V100, V101, V102, V103, V104, V105,
        V106, V107, V108, V109, V110, V111, V112, V113, V114, V115, V116, V117, V118, V119, V120, V121, V122,
        V123, V124, V125, V126, V127, V128, V129, V130, V131, V132, V133, V134, V135, V136, V137, V138, V139,
        V140, V141, V142, V143, V144, V145, V146, V147, V148, V149, V150, V151, V152, V153, V154, V155, V156,
        V157, V158, V159, V160, V161, V162, V163, V164, V165, V166, V167, V168, V169, V170, V171, V172, V173,
        V174, V175, V176, V177, V178, V179, V180, V181, V182, V183, V184, V185, V186, V187, V188, V189, V190,
        V191, V192, V193, V194, V195, V196, V197, V198, V199, V200, V201, V202, V203, V204, V205, V206, V207,
        V208, V209, V210, V211, V212, V213, V214, V215, V216, V217, V218, V219, V220, V221, V222, V223, V224,
        V225, V226, V227, V228, V229, V230, V231, V232, V233, V234, V235, V236, V237, V238, V239, V240, V241,
        V242, V243, V244, V245, V246, V247, V248, V249, V250, V251, V252, V253, V254, V255, V256, V257, V258,
        V259, V260, V261, V262, V263, V264, V265, V266, V267, V268, V269, V270, V271, V272, V273, V274, V275,
        V276, V277, V278, V279, V280, V281, V282, V283, V284, V285, V286, V287, V288, V289, V290, V291, V292,
        V293, V294, V295, V296, V297, V298, V299,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct GameWorld {
        pub id: u64,
        pub name: String,
        #[parcode(chunkable)]
        pub settings: WorldSettings,
        #[parcode(chunkable, compression = "lz4")]
        pub terrain: Vec<u8>,
        #[parcode(map)]
        pub players: HashMap<String, Player>,
        #[parcode(chunkable)]
        pub all_players: Vec<Player>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct WorldSettings {
        pub difficulty: u8,
        #[parcode(chunkable)]
        pub history: Vec<String>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Holder {
        pub n: u8,
        #[parcode(chunkable)]
        pub nothing: Nothing,
        #[parcode(chunkable)]
        pub nothings: Vec<Nothing>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Nothing {}

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Item {
        pub id: u64,
        pub name: String,
        pub pos: (f32, f32, f32),
        pub flags: [bool; 3],
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapOnVec {
        #[parcode(map)]
        pub v: Vec<u32>,
        #[parcode(map)]
        pub s: String,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapU32 {
        #[parcode(map)]
        pub m: HashMap<u32, u32>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapItem {
        #[parcode(map)]
        pub m: HashMap<u32, Item>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct ManyKeys {
        #[parcode(map)]
        pub k_u8: HashMap<u8, u8>,
        #[parcode(map)]
        pub k_u16: HashMap<u16, u8>,
        #[parcode(map)]
        pub k_u128: HashMap<u128, u8>,
        #[parcode(map)]
        pub k_i8: HashMap<i8, u8>,
        #[parcode(map)]
        pub k_i16: HashMap<i16, u8>,
        #[parcode(map)]
        pub k_i32: HashMap<i32, u8>,
        #[parcode(map)]
        pub k_i64: HashMap<i64, u8>,
        #[parcode(map)]
        pub k_i128: HashMap<i128, u8>,
        #[parcode(map)]
        pub k_bool: HashMap<bool, u8>,
        #[parcode(map)]
        pub k_char: HashMap<char, u8>,
        #[parcode(map)]
        pub k_tuple: HashMap<(u32, String), u8>,
        #[parcode(map)]
        pub k_arr: HashMap<[u8; 4], u8>,
        #[parcode(map)]
        pub k_arr16: HashMap<[u16; 2], u8>,
        #[parcode(map)]
        pub k_vec: HashMap<Vec<u8>, u8>,
        #[parcode(map)]
        pub k_vec32: HashMap<Vec<u32>, u8>,
        #[parcode(map)]
        pub k_opt: HashMap<Option<u16>, u8>,
        #[parcode(map)]
        pub k_unit: HashMap<(), u8>,
        #[parcode(map)]
        pub k_color: HashMap<Color, u8>,
        #[parcode(map)]
        pub k_struct: HashMap<Coord, u8>,
        #[parcode(map)]
        pub k_enum: HashMap<KeyEnum, u8>,
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum KeyEnum { A, B(u32), C { s: String }, D(u8, i64) }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Coord {
        pub x: i32,
        pub y: i32,
        pub layer: String,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapLz4 {
        #[parcode(map, compression = "lz4")]
        pub m: HashMap<String, String>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapMap {
        #[parcode(map)]
        pub m: HashMap<u16, HashMap<String, u8>>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Atlas {
        #[parcode(map)]
        pub regions: HashMap<u8, Region>,
        #[parcode(chunkable)]
        pub list: Vec<Region>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Region {
        pub name: String,
        #[parcode(map)]
        pub cities: HashMap<String, u32>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapOfRemote {
        pub title: String,
        #[parcode(map)]
        pub m: HashMap<String, Player>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapOfRemoteU32 {
        #[parcode(map)]
        pub m: HashMap<u32, Profile>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Profile {
        pub name: String,
        pub age: u8,
        #[parcode(chunkable)]
        pub bio: String,
        #[parcode(chunkable)]
        pub scores: Vec<u64>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapRemoteFirst {
        #[parcode(map)]
        pub m: HashMap<u32, RemoteFirst>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct RemoteFirst {
        #[parcode(chunkable)]
        pub blob: Vec<u8>,
        pub tag: u32,
        #[parcode(chunkable)]
        pub text: String,
        pub flag: Option<bool>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapString {
        pub title: String,
        #[parcode(map)]
        pub m: HashMap<String, u64>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapStringVec {
        #[parcode(map)]
        pub m: HashMap<String, Vec<u32>>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapU64 {
        #[parcode(map)]
        pub m: HashMap<u64, String>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MapU128 {
        #[parcode(map)]
        pub m: HashMap<u8, u128>,
        #[parcode(chunkable)]
        pub v: Vec<u128>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct MixedOrder {
        #[parcode(chunkable)]
        pub first_remote: Vec<u16>,
        pub first_local: u32,
        #[parcode(chunkable)]
        pub second_remote: String,
        pub second_local: Option<String>,
        #[parcode(map)]
        pub third_remote: HashMap<u32, u8>,
        pub third_local: bool,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct OnlyRemote {
        #[parcode(chunkable)]
        pub a: Vec<u32>,
        #[parcode(chunkable)]
        pub b: String,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct PerField {
        pub id: u32,
        #[parcode(chunkable)]
        pub raw: Vec<u8>,
        #[parcode(chunkable, compression = "lz4")]
        pub packed: Vec<u8>,
        #[parcode(chunkable, compression = "LZ4")]
        pub packed_ints: Vec<u32>,
        #[parcode(chunkable, compression = "none")]
        pub plain: Vec<u8>,
        #[parcode(chunkable, compression = "lz4")]
        pub sub: LevelMeta,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct TreeNode {
        pub label: String,
        #[parcode(chunkable)]
        pub kids: Vec<TreeNode>,
        pub leaf: bool,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Zstd {
        #[parcode(chunkable, compression = "zstd")]
        pub data: Vec<u8>,
        pub id: u8,
    }
}

// Of the vectors of the other crate.
types! {
    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, PartialOrd)]
    pub struct Foo(pub u16, pub String);

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, PartialOrd)]
    pub struct Wrapper(pub i64);

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, PartialOrd)]
    pub struct UnitS;

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, PartialOrd)]
    pub struct Key {
        pub tenant: u32,
        pub name: String,
        pub seq: i64,
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, PartialOrd)]
    pub enum Kind {
        Unit,
        New(i32),
        Tup(u8, String),
        Rec { a: Option<f64>, b: Vec<u16> },
        Deep(Box<Kind>),
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, PartialOrd)]
    pub struct Everything {
        pub a: u8,
        pub b: i16,
        pub c: Option<u32>,
        pub d: String,
        pub e: Vec<String>,
        pub f: (f32, f64),
        pub g: [u16; 3],
        pub h: BTreeMap<String, i64>,
        pub i: Kind,
        pub j: char,
        pub k: bool,
        pub l: ByteBuf,
        pub m: UnitS,
        pub n: Wrapper,
        pub o: BTreeSet<i8>,
        pub p: Vec<Vec<u8>>,
        pub q: u128,
        pub r: i128,
        pub s: (),
        pub t: Option<Option<String>>,
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, PartialOrd)]
    pub enum Wide {
        E0, E1, E2, E3, E4, E5, E6, E7, E8, E9, E10, E11, E12, E13, E14, E15, E16, E17, E18, E19, E20, E21, E22,
        E23, E24, E25, E26, E27, E28, E29, E30, E31, E32, E33, E34, E35, E36, E37, E38, E39, E40, E41, E42, E43,
        E44, E45, E46, E47, E48, E49, E50, E51, E52, E53, E54, E55, E56, E57, E58, E59, E60, E61, E62, E63, E64,
        E65, E66, E67, E68, E69, E70, E71, E72, E73, E74, E75, E76, E77, E78, E79, E80, E81, E82, E83, E84, E85,
        E86, E87, E88, E89, E90, E91, E92, E93, E94, E95, E96, E97, E98, E99, E100, E101, E102, E103, E104, E105,
        E106, E107, E108, E109, E110, E111, E112, E113, E114, E115, E116, E117, E118, E119, E120, E121, E122,
        E123, E124, E125, E126, E127, E128, E129, E130, E131, E132, E133, E134, E135, E136, E137, E138, E139,
        E140, E141, E142, E143, E144, E145, E146, E147, E148, E149, E150, E151, E152, E153, E154, E155, E156,
        E157, E158, E159, E160, E161, E162, E163, E164, E165, E166, E167, E168, E169, E170, E171, E172, E173,
        E174, E175, E176, E177, E178, E179, E180, E181, E182, E183, E184, E185, E186, E187, E188, E189, E190,
        E191, E192, E193, E194, E195, E196, E197, E198, E199, E200, E201, E202, E203, E204, E205, E206, E207,
        E208, E209, E210, E211, E212, E213, E214, E215, E216, E217, E218, E219, E220, E221, E222, E223, E224,
        E225, E226, E227, E228, E229, E230, E231, E232, E233, E234, E235, E236, E237, E238, E239, E240, E241,
        E242, E243, E244, E245, E246, E247, E248, E249, E250, E251, E252, E253, E254, E255, E256, E257, E258,
        E259, E260, E261, E262, E263, E264, E265, E266, E267, E268, E269, E270, E271, E272, E273, E274, E275,
        E276, E277, E278, E279, E280, E281, E282, E283, E284, E285, E286, E287, E288, E289, E290, E291, E292,
        E293, E294, E295, E296, E297, E298, E299,
    }
}

// More shapes than the fixtures have.
types! {
    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct SortedPlayer {
        pub key: String,
        pub level: u32,
        #[parcode(chunkable)]
        pub inventory: Vec<u32>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
    pub struct Mixture {
        #[parcode(chunkable, compression = "lz4")]
        pub lines: Vec<String>,
        pub shape: Shape,
        #[parcode(map, compression = "lz4")]
        pub packed: HashMap<String, Player>,
        #[parcode(map)]
        pub profiles: HashMap<KeyEnum, Profile>,
        pub plain: Option<Plain>,
        #[parcode(chunkable)]
        pub by_coord: HashMap<Coord, Vec<String>>,
        #[parcode(chunkable)]
        pub regions: Vec<Region>,
        #[parcode(map)]
        pub worlds: HashMap<(u8, char), GameWorld>,
        #[parcode(chunkable)]
        pub tree: TreeNode,
        #[parcode(chunkable)]
        pub wide: Vec<i128>,
        #[parcode(chunkable, compression = "lz4")]
        pub levels: Vec<Level>,
        #[parcode(chunkable)]
        pub ratio: f64,
        #[parcode(map)]
        pub lists: HashMap<i64, Vec<u8>>,
        pub last: (u64, f32, char),
    }
}
