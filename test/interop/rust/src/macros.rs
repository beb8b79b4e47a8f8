//! `types!` takes Rust type definitions as they are and adds the notation, the descriptor and the lazy reading.

macro_rules! types {
    () => {};

    // A struct that the crate knows how to put into chunks.
    (
        #[derive(Serialize, Deserialize, ParcodeObject $(, $d:ident)*)]
        pub struct $n:ident { $( $(#[parcode($($a:tt)*)])? pub $f:ident : $t:ty ),* $(,)? }
        $($rest:tt)*
    ) => {
        #[derive(Serialize, Deserialize, ParcodeObject $(, $d)*)]
        pub struct $n { $( $(#[parcode($($a)*)])? pub $f : $t ),* }

        named_struct! { $n true $( [$($($a)*)?] $f : $t ),* }

        impl<'a> Reach<'a> for $n {
            #[allow(unused)]
            fn reach(mirror: &Self::Lazy, how: &How) -> Noted<Value> {
                let mut object = Object::new();
                $(
                    let value = field_of_mirror!([$($($a)*)?] mirror.$f, $t, how)
                        .map_err(|e| format!("{}.{e}", stringify!($f)))?;
                    object.insert(stringify!($f).into(), value);
                )*
                Ok(Value::Object(object))
            }
        }
        impl VecItem for $n {
            fn reach_all<'a>(promise: &ParcodeCollectionPromise<'a, Self>, how: &How) -> Option<Noted<Vec<Value>>> {
                Some(reach_mirrors(promise, how))
            }
        }
        impl MapValue for $n {
            fn reach_at<'a, K: MapKey>(promise: &ParcodeMapPromise<'a, K, Self>, key: &K, how: &How) -> Option<Noted<Option<Value>>> {
                Some(match promise.get_lazy(key) {
                    Ok(None) => Ok(None),
                    Ok(Some(mirror)) => Self::reach(&mirror, how).map(Some),
                    Err(e) => Err(e.to_string()),
                })
            }
        }
        types! { $($rest)* }
    };

    (
        #[derive($($d:ident),*)]
        pub struct $n:ident { $( pub $f:ident : $t:ty ),* $(,)? }
        $($rest:tt)*
    ) => {
        #[derive($($d),*)]
        pub struct $n { $( pub $f : $t ),* }

        named_struct! { $n false $( [] $f : $t ),* }
        types! { $($rest)* }
    };

    (
        #[derive($($d:ident),*)]
        pub struct $n:ident ;
        $($rest:tt)*
    ) => {
        #[derive($($d),*)]
        pub struct $n;

        impl Note for $n {
            fn describe(types: &mut Object) -> Value {
                describe_once(stringify!($n), types, |_| json!({ "kind": "unitStruct" }))
            }
            fn note(&self) -> Value { Value::Null }
            fn from_note(value: &Value) -> Noted<Self> { <()>::from_note(value).map(|()| $n) }
        }
        types! { $($rest)* }
    };

    (
        #[derive($($d:ident),*)]
        pub struct $n:ident (pub $t:ty);
        $($rest:tt)*
    ) => {
        #[derive($($d),*)]
        pub struct $n(pub $t);

        impl Note for $n {
            fn describe(types: &mut Object) -> Value {
                describe_once(stringify!($n), types, |_types| {
                    json!({ "kind": "newtypeStruct", "item": <$t>::describe(_types) })
                })
            }
            fn note(&self) -> Value { self.0.note() }
            fn from_note(value: &Value) -> Noted<Self> { <$t>::from_note(value).map($n) }
        }
        types! { $($rest)* }
    };

    (
        #[derive($($d:ident),*)]
        pub struct $n:ident ($(pub $t:ty),+);
        $($rest:tt)*
    ) => {
        #[derive($($d),*)]
        pub struct $n($(pub $t),+);

        tuple_struct! { $n $($t),+ }
        types! { $($rest)* }
    };

    (
        #[derive($($d:ident),*)]
        pub enum $n:ident { $( $v:ident $(( $($t:ty),* ))? $({ $($f:ident : $ft:ty),* })? ),* $(,)? }
        $($rest:tt)*
    ) => {
        #[derive($($d),*)]
        pub enum $n { $( $v $(( $($t),* ))? $({ $($f : $ft),* })? ),* }

        impl $n {
            const VARIANTS: &[&str] = &[$(stringify!($v)),*];
        }
        impl Note for $n {
            fn describe(types: &mut Object) -> Value {
                describe_once(stringify!($n), types, |_types| {
                    let mut variants: Vec<Value> = Vec::new();
                    $( describe_variant!(variants, _types, $v $(( $($t),* ))? $({ $($f : $ft),* })?); )*
                    json!({ "kind": "enum", "variants": variants })
                })
            }
            fn note(&self) -> Value {
                $( note_variant!(self, $n, $v $(( $($t),* ))? $({ $($f : $ft),* })?); )*
                unreachable!()
            }
            fn from_note(value: &Value) -> Noted<Self> {
                let (name, value) = variant(value, Self::VARIANTS)?;
                $( variant_from_note!(name, value, $n, $v $(( $($t),* ))? $({ $($f : $ft),* })?); )*
                unreachable!()
            }
        }
        types! { $($rest)* }
    };
}

macro_rules! named_struct {
    ($n:ident $object:literal $( [$($a:tt)*] $f:ident : $t:ty ),*) => {
        impl Note for $n {
            fn describe(types: &mut Object) -> Value {
                describe_once(stringify!($n), types, |_types| json!({
                    "kind": "struct",
                    "parcodeObject": $object,
                    "fields": [$( describe_field(stringify!($f), <$t>::describe(_types), stringify!($($a)*)) ),*],
                }))
            }
            fn note(&self) -> Value {
                note_fields!($( $f &self.$f ),*)
            }
            fn from_note(value: &Value) -> Noted<Self> {
                fields_from_note!(value, $n, $( $f : $t ),*)
            }
        }
    };
}

macro_rules! tuple_struct {
    ($n:ident $a:ty, $b:ty) => {
        tuple_struct! { $n ($a, $b) 0 1 }
    };
    ($n:ident $a:ty, $b:ty, $c:ty) => {
        tuple_struct! { $n ($a, $b, $c) 0 1 2 }
    };
    ($n:ident ($($t:ty),+) $($i:tt)+) => {
        impl Note for $n {
            fn describe(types: &mut Object) -> Value {
                describe_once(stringify!($n), types, |_types| {
                    json!({ "kind": "tupleStruct", "items": [$(<$t>::describe(_types)),+] })
                })
            }
            fn note(&self) -> Value { json!([$(self.$i.note()),+]) }
            fn from_note(value: &Value) -> Noted<Self> {
                let parts = <($($t),+)>::from_note(value)?;
                Ok($n($(parts.$i),+))
            }
        }
    };
}

macro_rules! note_fields {
    ($( $f:ident $value:expr ),*) => {{
        #[allow(unused_mut)]
        let mut object = Object::new();
        $( object.insert(stringify!($f).into(), $value.note()); )*
        Value::Object(object)
    }};
}

macro_rules! fields_from_note {
    ($value:expr, $($n:ident)::+, $( $f:ident : $t:ty ),*) => {{
        let _object = fields($value, &[$(stringify!($f)),*])?;
        Ok($($n)::+ { $(
            $f: <$t>::from_note(&_object[stringify!($f)]).map_err(|e| at(stringify!($f), e))?
        ),* })
    }};
}

macro_rules! describe_variant {
    ($list:ident, $types:ident, $v:ident) => {
        $list.push(json!({ "name": stringify!($v), "index": $list.len() }))
    };
    ($list:ident, $types:ident, $v:ident ($t:ty)) => {
        $list.push(json!({ "name": stringify!($v), "index": $list.len(), "newtype": <$t>::describe($types) }))
    };
    ($list:ident, $types:ident, $v:ident ($($t:ty),+)) => {
        $list.push(json!({ "name": stringify!($v), "index": $list.len(), "tuple": [$(<$t>::describe($types)),+] }))
    };
    ($list:ident, $types:ident, $v:ident { $($f:ident : $t:ty),* }) => {
        $list.push(json!({
            "name": stringify!($v),
            "index": $list.len(),
            "struct": [$( describe_field(stringify!($f), <$t>::describe($types), "") ),*],
        }))
    };
}

macro_rules! note_variant {
    ($self:ident, $n:ident, $v:ident) => {
        if let $n::$v = $self {
            return note_variant(stringify!($v), $n::VARIANTS, None);
        }
    };
    ($self:ident, $n:ident, $v:ident ($t:ty)) => {
        if let $n::$v(a) = $self {
            return note_variant(stringify!($v), $n::VARIANTS, Some(a.note()));
        }
    };
    ($self:ident, $n:ident, $v:ident ($t:ty, $u:ty)) => {
        if let $n::$v(a, b) = $self {
            return note_variant(stringify!($v), $n::VARIANTS, Some(json!([a.note(), b.note()])));
        }
    };
    ($self:ident, $n:ident, $v:ident { $($f:ident : $t:ty),* }) => {
        if let $n::$v { $($f),* } = $self {
            return note_variant(stringify!($v), $n::VARIANTS, Some(note_fields!($($f $f),*)));
        }
    };
}

macro_rules! variant_from_note {
    ($name:ident, $value:ident, $n:ident, $v:ident) => {
        if $name == stringify!($v) {
            return <()>::from_note($value).map(|()| $n::$v);
        }
    };
    ($name:ident, $value:ident, $n:ident, $v:ident ($t:ty)) => {
        if $name == stringify!($v) {
            return <$t>::from_note($value).map($n::$v).map_err(|e| at($name, e));
        }
    };
    ($name:ident, $value:ident, $n:ident, $v:ident ($t:ty, $u:ty)) => {
        if $name == stringify!($v) {
            return <($t, $u)>::from_note($value).map(|(a, b)| $n::$v(a, b)).map_err(|e| at($name, e));
        }
    };
    ($name:ident, $value:ident, $n:ident, $v:ident { $($f:ident : $t:ty),* }) => {
        if $name == stringify!($v) {
            return fields_from_note!($value, $n::$v, $($f : $t),*);
        }
    };
}

// In a mirror, chunkable fields are promises or mirrors, and the others are values.
macro_rules! field_of_mirror {
    ([chunkable $($a:tt)*] $value:expr, $t:ty, $how:ident) => {
        <$t as Reach<'a>>::reach(&$value, $how)
    };
    ([map $($a:tt)*] $value:expr, $t:ty, $how:ident) => {
        <$t as Reach<'a>>::reach(&$value, $how)
    };
    ([$($a:tt)*] $value:expr, $t:ty, $how:ident) => {
        Noted::Ok($value.note())
    };
}
