/** Helpers, sign-in and routing of the console page, as plain browser JavaScript. */
export const FRAME_SCRIPT = String.raw`
'use strict';
const view = document.getElementById('view');
const picker = document.getElementById('account');
const region = new URLSearchParams(location.search).get('region') || 'us-east-1';
const CHOICE = 'simulated-aws-account';
let timer;

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === 'onclick' || key === 'onsubmit') node[key] = value;
    else if (typeof value === 'boolean') node[key] = value;
    else if (value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

function show(...nodes) {
  view.replaceChildren(...nodes.filter(Boolean));
}

async function call(method, path, body) {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch('/_sim' + path, { method, body: text });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.message || answer.statusText);
  return value;
}

function accountPath(rest) {
  return '/accounts/' + picker.value + rest;
}

function place() {
  const [path, query] = (location.hash.slice(1) || '/').split(/\?(.*)/s);
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query || '') };
}

function errorBox(message) {
  return el('p', { class: 'error', role: 'alert', 'data-testid': 'console-error' }, message);
}

function statusText(status) {
  const kind = status === 'CREATE_COMPLETE' ? ' good' : /ROLLBACK|FAILED/.test(status) ? ' bad' : '';
  return el('span', { class: 'status' + kind, 'data-testid': 'stack-status' }, status);
}

function table(heads, rows, empty) {
  if (rows.length === 0) return el('p', { class: 'lead' }, empty);
  const head = el('tr', {}, ...heads.map((text) => el('th', { scope: 'col' }, text)));
  const body = rows.map((cells) => el('tr', {}, ...cells.map((cell) => el('td', {}, cell))));
  return el('table', {}, el('thead', {}, head), el('tbody', {}, ...body));
}

async function route() {
  clearTimeout(timer);
  const { parts, query } = place();
  try {
    if (parts[0] === 'stacks' && parts[1] === 'create') await showCreate(query);
    else if (parts[0] === 'stacks' && parts[1]) await showStack(parts[1], parts[2] || region);
    else if (parts[0] === 'stacks') await showStacks();
    else if (parts[0] === 'roles' && parts[1]) await showRole(parts[1]);
    else if (parts[0] === 'roles') await showRoles();
    else await showHome();
  } catch (error) {
    show(errorBox(error.message));
  }
}

async function start() {
  const { accounts } = await call('GET', '/accounts');
  for (const account of accounts) {
    if (account.name.includes('vendor')) continue;
    picker.append(el('option', { value: account.id }, account.name + ' (' + account.id + ')'));
  }
  const remembered = localStorage.getItem(CHOICE);
  if (accounts.some((account) => account.id === remembered)) picker.value = remembered;
  picker.addEventListener('change', () => {
    localStorage.setItem(CHOICE, picker.value);
    if (place().parts[1] !== 'create') route();
  });
  addEventListener('hashchange', route);
  await route();
}
`;
