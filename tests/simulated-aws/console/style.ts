export const STYLE = `
:root {
  --ground: #f4f5f6; --panel: #ffffff; --line: #dcdfe2; --ink: #1a1d1f; --second: #565e64;
  --action: #33475b; --action-ink: #ffffff; --bad: #b3372b; --bad-soft: #fbeae7; --good: #1a7a46; --field: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101315; --panel: #171b1e; --line: #2a3034; --ink: #eceeee; --second: #a6aeb3;
    --action: #c4d2df; --action-ink: #14191d; --bad: #f0897c; --bad-soft: #3a1d19; --good: #6dcf97; --field: #101315;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/20px system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; padding: 12px 24px;
  background: var(--panel); border-bottom: 1px solid var(--line); }
header .home { font-weight: 600; color: var(--ink); text-decoration: none; }
header nav { display: flex; gap: 16px; flex: 1; }
a { color: inherit; text-underline-offset: 2px; }
.account { color: var(--second); }
.notice { margin: 0; padding: 6px 24px; color: var(--second); font-size: 12.5px; border-bottom: 1px solid var(--line); }
main { max-width: 880px; margin: 0 auto; padding: 24px; }
h1 { font-size: 20px; line-height: 28px; font-weight: 600; margin: 0 0 4px; }
h2 { font-size: 14px; line-height: 20px; font-weight: 600; margin: 0 0 12px; }
.lead { color: var(--second); margin: 0 0 20px; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; padding: 20px; margin: 0 0 16px; }
.field { display: block; margin: 0 0 16px; }
.field span { display: block; font-weight: 600; }
.field small { display: block; color: var(--second); font-size: 12.5px; margin: 0 0 4px; }
input[type=text], select, textarea { font: inherit; color: var(--ink); background: var(--field); border: 1px solid var(--line);
  border-radius: 8px; padding: 5px 10px; min-height: 32px; max-width: 100%; }
.field input, .field select, textarea { width: 100%; }
textarea { font: 12.5px/18px ui-monospace, monospace; min-height: 220px; resize: vertical; white-space: pre; }
.check { display: flex; gap: 8px; align-items: flex-start; margin: 0 0 16px; }
.check input { margin: 3px 0 0; }
button { font: inherit; font-weight: 600; border-radius: 8px; border: 1px solid var(--line); padding: 5px 14px; min-height: 32px;
  background: var(--panel); color: var(--ink); cursor: pointer; }
button.main { background: var(--action); color: var(--action-ink); border-color: var(--action); }
button:disabled { opacity: .55; cursor: default; }
:focus-visible { outline: 2px solid var(--action); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th { text-align: left; color: var(--second); font-weight: 500; }
th, td { padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
.error { color: var(--bad); background: var(--bad-soft); border-radius: 8px; padding: 10px 12px; margin: 0 0 16px; white-space: pre-wrap; }
.status { font-weight: 600; }
.status.good { color: var(--good); }
.status.bad { color: var(--bad); }
.actions { margin-top: 12px; }
.actions .error { margin: 12px 0 0; }
section > :last-child { margin-bottom: 0; }
.saved { color: var(--good); margin-left: 12px; }
code { font: 12.5px/18px ui-monospace, monospace; overflow-wrap: anywhere; }
`;
