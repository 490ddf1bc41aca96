// Times DuckDB's CREATE TABLE from a CSV file once, after one to warm up: duckdb_create_table.mjs MODULES FILE THREADS.
// Prints JSON. MODULES is the folder into which npm has installed @duckdb/node-api.
import { createRequire } from "node:module";
import path from "node:path";

const [modules, file, threads] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(path.join(path.resolve(modules), "package.json"))("@duckdb/node-api");

const kinds = { BOOLEAN: "flag", BIGINT: "number", DOUBLE: "number", DATE: "date" };

const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();

async function createTable() {
  await connection.run("DROP TABLE IF EXISTS accounts");
  const start = process.hrtime.bigint();
  await connection.run(`CREATE TABLE accounts AS SELECT * FROM read_csv('${file.replaceAll("'", "''")}')`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

await createTable();
const seconds = await createTable();
const count = await connection.runAndReadAll("SELECT count(*) FROM accounts");
const columns = await connection.runAndReadAll("DESCRIBE accounts");
const used = await connection.runAndReadAll("SELECT current_setting('threads')");
if (Number(used.getRows()[0][0]) !== Number(threads)) throw new Error(`DuckDB uses ${used.getRows()[0][0]} threads`);
console.log(
  JSON.stringify({
    seconds,
    rows: Number(count.getRows()[0][0]),
    kinds: Object.fromEntries(columns.getRows().map(([name, type]) => [name, kinds[type] ?? "text"])),
    peak_bytes: process.resourceUsage().maxRSS * 1024,
  }),
);
