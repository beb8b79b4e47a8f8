//! Reads the fixtures with the crate and compares with what their descriptions say.

use crate::Oracle;
use crate::note::{Object, hex};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

struct Tally {
    checks: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
    /// Where the crate's lazy interface differs from the truth: counted and shown, no failure.
    lazily: BTreeMap<String, Vec<String>>,
}

impl Tally {
    fn check(&mut self, what: &'static str, where_: &str, outcome: Result<(), String>) {
        *self.checks.entry(what).or_default() += 1;
        if let Err(e) = outcome {
            self.failures.push(format!("{what} {where_}: {e}"));
        }
    }
}

/// Equal as notations: 1 is 1.0, and `repeatHex` is the bytes that it stands for.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            if let (Some(Value::String(a)), Some(Value::String(b)), Some(n)) =
                (a.get("hex"), b.get("repeatHex"), b.get("length").and_then(Value::as_u64))
            {
                return a.len() as u64 == 2 * n && a.bytes().zip(b.bytes().cycle()).all(|(a, b)| a == b);
            }
            a.keys().eq(b.keys()) && a.iter().all(|(k, a)| same(a, &b[k]))
        }
        _ => a == b,
    }
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(300).collect()
}

fn expect(got: Result<Object, String>, key: &str, wanted: &Value) -> Result<(), String> {
    let got = got?;
    if same(&got[key], wanted) {
        return Ok(());
    }
    Err(format!("got {}, expected {}", shown(&got[key]), shown(wanted)))
}

fn json_of(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn fixture(oracle: &Oracle, path: &Path, tally: &mut Tally) -> Result<(), String> {
    let fixture = json_of(path)?;
    let name = fixture["name"].as_str().ok_or("no name")?;
    let kind = fixture["rootType"].as_str().ok_or("no rootType")?;
    let par = path.with_extension("par");
    let par = par.to_str().ok_or("odd path")?;
    let known = oracle.find(kind).ok_or_else(|| format!("unknown type {kind}"))?;
    let truth = &fixture["value"];
    // Sets in the order on disk are sorted here.
    let canonical = (known.canonical)(truth)?;

    let mut types = Object::new();
    let root = (known.describe)(&mut types);
    let described = root == fixture["root"] && Value::Object(types.clone()) == fixture["types"];
    tally.check("describe", name, described.then_some(()).ok_or_else(|| shown(&types.into())));

    let bytes = std::fs::read(par).map_err(|e| e.to_string())?;
    let eager = fixture["upstream"]["eagerLoad"].as_str().unwrap_or("");
    let wanted = fixture["upstream"].get("eagerLoaded").unwrap_or(&canonical);
    if known.read.is_none() {
        let said = eager.starts_with("no loader");
        tally.check("no reader", name, said.then_some(()).ok_or_else(|| eager.to_string()));
    } else {
        let ask = json!({ "op": "read", "type": kind, "file": par });
        tally.check("read", name, expect(oracle.answer(&ask), "value", wanted));
        let ask = json!({ "op": "read", "type": kind, "hex": hex(&bytes) });
        tally.check("read from memory", name, expect(oracle.answer(&ask), "value", wanted));
    }
    let report = std::fs::read_to_string(path.with_extension("inspect.txt")).map_err(|e| e.to_string())?;
    let ask = json!({ "op": "inspect", "file": par });
    tally.check("inspect", name, expect(oracle.answer(&ask), "text", &report.into()));

    for (compression, serial) in [(false, false), (true, false), (false, true), (true, true)] {
        let ask = json!({
            "op": "write", "type": kind, "value": truth, "compression": compression, "serial": serial,
        });
        let written = oracle.answer(&ask);
        if kind == "Zstd" && !serial {
            tally.check("write refused", name, written.err().map(|_| ()).ok_or("written".into()));
            continue;
        }
        let outcome = written.and_then(|mut answer| {
            if known.read.is_none() {
                return Ok(());
            }
            let ask = json!({ "op": "read", "type": kind, "hex": answer["hex"].take() });
            expect(oracle.answer(&ask), "value", wanted)
        });
        tally.check("write and read", name, outcome);
    }
    if known.lazy.is_some() {
        for via in ["load", "get", "iter", "lazy", "iterLazy"] {
            let ask = json!({ "op": "readLazy", "type": kind, "file": par, "via": via });
            *tally.checks.entry("read lazily").or_default() += 1;
            if let Err(e) = expect(oracle.answer(&ask), "value", &canonical) {
                let e: String = e.chars().take(150).collect();
                tally.lazily.entry(format!("{name}: {e}")).or_default().push(via.into());
            }
        }
    }
    Ok(())
}

fn edge(oracle: &Oracle, case: &Value, tally: &mut Tally) {
    let what = case["what"].as_str().unwrap_or("");
    let upstream = &case["upstream"];
    let ask = json!({ "op": "read", "type": case["rootType"], "hex": case["hex"], "isolated": true });
    let outcome = match (oracle.answer(&ask), upstream.get("value"), upstream.get("error")) {
        (Ok(answer), Some(value), _) => expect(Ok(answer), "value", value),
        (Err(e), _, Some(error)) => {
            // The wording is that of the versions in Cargo.lock.
            if error != e.as_str() {
                println!("edge {what}: worded \"{e}\", in the description {error}");
            }
            Ok(())
        }
        (Err(e), None, None) if e.starts_with("the process ended") || e.starts_with("panic") => Ok(()),
        (answer, ..) => Err(format!("got {answer:?}, expected {upstream}")),
    };
    tally.check("edge", what, outcome);
}

fn vector(oracle: &Oracle, vector: &Value, tally: &mut Tally) {
    let (kind, preset) = (vector["type"].as_str().unwrap_or(""), &vector["preset"]);
    let mut value = vector["value"].clone();
    if let Some(units) = value.get("units").and_then(Value::as_u64) {
        value = (0..units).map(|_| Value::Null).collect();
    }
    let name = format!("{kind} {preset} {}", shown(&value));
    let ask = json!({ "op": "ordEncode", "type": kind, "preset": preset, "value": value });
    tally.check("ordEncode", &name, expect(oracle.answer(&ask), "hex", &vector["hex"]));
    if vector["roundTrip"] == true {
        let ask = json!({ "op": "ordDecode", "type": kind, "preset": preset, "hex": vector["hex"] });
        tally.check("ordDecode", &name, expect(oracle.answer(&ask), "value", &value));
    }
}

pub fn run(oracle: &Oracle, folder: &Path) -> i32 {
    let mut tally = Tally { checks: BTreeMap::new(), failures: Vec::new(), lazily: BTreeMap::new() };
    let mut paths: Vec<_> = match std::fs::read_dir(folder.join("par4")) {
        Ok(entries) => entries.flatten().map(|e| e.path()).collect(),
        Err(e) => {
            eprintln!("{}: {e}", folder.join("par4").display());
            return 2;
        }
    };
    paths.retain(|p| p.extension().is_some_and(|e| e == "json"));
    paths.sort();
    for path in &paths {
        let outcome = fixture(oracle, path, &mut tally);
        tally.check("fixture", &path.display().to_string(), outcome);
    }
    match json_of(&folder.join("par4-edges.json")) {
        Ok(cases) => cases.as_array().into_iter().flatten().for_each(|c| edge(oracle, c, &mut tally)),
        Err(e) => println!("left out: {e}"),
    }
    match json_of(&folder.join("ordcode/vectors.json")) {
        Ok(all) => all["serde"].as_array().into_iter().flatten().for_each(|v| vector(oracle, v, &mut tally)),
        Err(e) => println!("left out: {e}"),
    }

    for (what, vias) in &tally.lazily {
        println!("lazily otherwise ({}) {what}", vias.join(", "));
    }
    for failure in &tally.failures {
        println!("FAILED {failure}");
    }
    for (what, count) in &tally.checks {
        println!("{count:6} {what}");
    }
    println!("{} failed", tally.failures.len());
    i32::from(!tally.failures.is_empty())
}
