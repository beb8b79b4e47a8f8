//! Answers questions about `.par` files with the real crate: one request a line, one answer a line. See README.md.

#[macro_use]
mod macros;
mod known;
mod lazy;
mod note;
mod selftest;
mod types;

use known::{Known, Preset, Writing};
use lazy::{How, Via};
use note::{Object, hex, unhex};
use parcode::{Parcode, ParcodeFile};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};

pub struct Oracle {
    list: Vec<Known>,
    by_name: HashMap<String, usize>,
}

// `HashMap<u8, u8>` and `HashMap<u8,u8>` are one type.
fn without_spaces(name: &str) -> String {
    name.split_whitespace().collect()
}

fn text<'r>(request: &'r Value, key: &str) -> Option<&'r str> {
    request.get(key).and_then(Value::as_str)
}

fn flag(request: &Value, key: &str) -> bool {
    request.get(key).and_then(Value::as_bool).unwrap_or(false)
}

impl Oracle {
    pub fn new() -> Self {
        let list = known::known();
        let by_name = list.iter().enumerate().map(|(i, k)| (without_spaces(&k.name), i)).collect();
        Self { list, by_name }
    }

    pub fn find(&self, name: &str) -> Option<&Known> {
        self.by_name.get(&without_spaces(name)).map(|i| &self.list[*i])
    }

    /// Everything of an answer except `id` and `ok`.
    pub fn answer(&self, request: &Value) -> Result<Object, String> {
        if flag(request, "isolated") {
            return isolated(request);
        }
        catch_unwind(AssertUnwindSafe(|| self.act(request))).unwrap_or_else(|panic| {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or(panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(format!("panic: {message}"))
        })
    }

    fn act(&self, request: &Value) -> Result<Object, String> {
        let op = text(request, "op").ok_or("no op")?;
        let kind = || {
            let name = text(request, "type").ok_or("no type")?;
            self.find(name).ok_or_else(|| format!("unknown type {name}"))
        };
        let value = || request.get("value").ok_or("no value");
        let bytes = || unhex(text(request, "hex").ok_or("no hex")?);

        match op {
            "read" => {
                let kind = kind()?;
                let read = kind.read.ok_or_else(|| format!("the crate has no reader for {}", kind.name))?;
                one("value", read(&opened(request)?)?)
            }
            "readLazy" => {
                let kind = kind()?;
                let lazy =
                    kind.lazy.ok_or_else(|| format!("the crate has no lazy reader for {}", kind.name))?;
                one("value", lazy(&opened(request)?, &how(request)?)?)
            }
            "write" => {
                let kind = kind()?;
                let write = kind.write.ok_or_else(|| format!("the crate cannot write {}", kind.name))?;
                let writing =
                    Writing { compression: flag(request, "compression"), serial: flag(request, "serial") };
                let file = write(value()?, &writing)?;
                let Some(path) = text(request, "file") else {
                    return one("hex", hex(&file).into());
                };
                std::fs::write(path, &file).map_err(|e| format!("{path}: {e}"))?;
                one("bytes", file.len().into())
            }
            "inspect" => {
                let report = opened(request)?.inspect().map_err(|e| e.to_string())?;
                one("text", report.to_string().into())
            }
            "types" => {
                let list = self.list.iter().map(|kind| {
                    let mut types = Object::new();
                    let root = (kind.describe)(&mut types);
                    json!({
                        "name": kind.name,
                        "write": kind.write.is_some(),
                        "read": kind.read.is_some(),
                        "readLazy": kind.lazy.is_some(),
                        "hash": kind.hash.is_some(),
                        "root": root,
                        "types": types,
                    })
                });
                one("types", list.collect())
            }
            "hash" => {
                let kind = kind()?;
                let hash = kind.hash.ok_or_else(|| format!("{} is not a key here", kind.name))?;
                one("hash", hash(value()?)?.to_string().into())
            }
            "encode" => one("hex", hex(&(kind()?.encode)(value()?)?).into()),
            "decode" => {
                let (value, used) = (kind()?.decode)(&bytes()?)?;
                two("value", value, "bytesUsed", used)
            }
            "ordEncode" => one("hex", hex(&(kind()?.ord_encode)(value()?, &preset(request)?)?).into()),
            "ordDecode" => {
                let (value, left) = (kind()?.ord_decode)(&bytes()?, &preset(request)?)?;
                two("value", value, "bytesLeft", left)
            }
            _ => Err(format!("unknown op {op}")),
        }
    }
}

fn one(key: &str, value: Value) -> Result<Object, String> {
    Ok(Object::from_iter([(key.to_string(), value)]))
}

fn two(key: &str, value: Value, count: &str, n: usize) -> Result<Object, String> {
    Ok(Object::from_iter([(key.to_string(), value), (count.to_string(), n.into())]))
}

fn opened(request: &Value) -> Result<ParcodeFile, String> {
    let file = match (text(request, "file"), text(request, "hex")) {
        (Some(path), None) => Parcode::open(path),
        (None, Some(digits)) => Parcode::open_bytes(unhex(digits)?),
        _ => return Err("wants either file or hex".into()),
    };
    file.map_err(|e| e.to_string())
}

fn how(request: &Value) -> Result<How, String> {
    let via = match text(request, "via").unwrap_or("lazy") {
        "load" => Via::Load,
        "get" => Via::Get,
        "iter" => Via::Iter,
        "lazy" => Via::Lazy,
        "iterLazy" => Via::IterLazy,
        other => return Err(format!("unknown via {other}")),
    };
    let limit = request.get("limit").and_then(Value::as_u64).unwrap_or(64);
    Ok(How { via, limit: usize::try_from(limit).map_err(|e| e.to_string())? })
}

fn preset(request: &Value) -> Result<Preset, String> {
    Ok(match text(request, "preset").unwrap_or("AscendingOrder") {
        "AscendingOrder" => Preset::Ascending,
        "Descending" => Preset::Descending,
        "PortableBinary" => Preset::Portable,
        "NativeBinary" => Preset::Native,
        other => return Err(format!("unknown preset {other}")),
    })
}

/// Asks a process of its own: the crate ends the process on some hostile files.
fn isolated(request: &Value) -> Result<Object, String> {
    let mut request = request.clone();
    request["isolated"] = false.into();
    let io = |e: std::io::Error| e.to_string();
    let mut child = Command::new(std::env::current_exe().map_err(io)?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(io)?;
    if let Some(mut stdin) = child.stdin.take() {
        writeln!(stdin, "{request}").map_err(io)?;
    }
    let output = child.wait_with_output().map_err(io)?;
    let Ok(Value::Object(mut answer)) = parsed(&String::from_utf8_lossy(&output.stdout)) else {
        return Err(format!("the process ended: {}", output.status));
    };
    answer.remove("id");
    match (answer.remove("ok"), answer.remove("error")) {
        (Some(Value::Bool(true)), _) => Ok(answer),
        (_, Some(Value::String(error))) => Err(error),
        _ => Err("no answer".into()),
    }
}

/// Values may be as deep as they like.
fn parsed(line: &str) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_str(line);
    reader.disable_recursion_limit();
    let value = Value::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

fn serve(oracle: &Oracle) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let (id, result) = match parsed(&line) {
            Ok(request) => (request.get("id").cloned().unwrap_or(Value::Null), oracle.answer(&request)),
            Err(e) => (Value::Null, Err(format!("not JSON: {e}"))),
        };
        let mut answer =
            Object::from_iter([("id".to_string(), id), ("ok".to_string(), result.is_ok().into())]);
        match result {
            Ok(mut rest) => answer.append(&mut rest),
            Err(error) => {
                answer.insert("error".into(), error.into());
            }
        }
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

fn run() -> i32 {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let oracle = Oracle::new();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            std::panic::set_hook(Box::new(|_| {})); // told in the answer
            match serve(&oracle) {
                Ok(()) => 0,
                Err(e) => {
                    eprintln!("{e}");
                    1
                }
            }
        }
        ["selftest", fixtures] => {
            std::panic::set_hook(Box::new(|_| {}));
            selftest::run(&oracle, fixtures.as_ref())
        }
        _ => {
            eprintln!("usage: parcode-oracle              answers requests from standard input");
            eprintln!(
                "       parcode-oracle selftest DIR DIR has par4/, par4-edges.json, ordcode/vectors.json"
            );
            2
        }
    }
}

fn main() {
    // Deep values take a deep stack, here and where the crate reads in parallel.
    let stack = 256 << 20;
    let _ = rayon::ThreadPoolBuilder::new().stack_size(stack).build_global();
    let worker = std::thread::Builder::new().stack_size(stack).spawn(run);
    let code = worker.map(|w| w.join().unwrap_or(1)).unwrap_or(1);
    std::process::exit(code);
}
