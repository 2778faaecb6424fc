/** The console page's views, as plain browser JavaScript. */
export const VIEWS_SCRIPT = String.raw`
function field(parameter, value) {
  const attributes = { name: parameter.name, 'data-testid': 'param-' + parameter.name };
  const input = parameter.allowedValues.length > 0
    ? el('select', attributes, ...parameter.allowedValues.map((each) =>
        el('option', each === value ? { value: each, selected: true } : { value: each }, each)))
    : el('input', { ...attributes, type: 'text', value, autocomplete: 'off', spellcheck: 'false' });
  return el('label', { class: 'field' }, el('span', {}, parameter.name),
    parameter.description ? el('small', {}, parameter.description) : undefined, input);
}

async function showCreate(query) {
  const url = query.get('templateURL') || '';
  const template = await call('GET', '/template?url=' + encodeURIComponent(url));
  const problem = el('div', {});
  const name = el('input', { type: 'text', name: 'stackName', value: query.get('stackName') || '', 'data-testid': 'stack-name' });
  const fields = template.parameters.map((parameter) => {
    // Like the real console: a quick-create link cannot fill in a hidden parameter.
    const given = parameter.noEcho ? null : query.get('param_' + parameter.name);
    return field(parameter, given === null ? parameter.defaultValue || '' : given);
  });
  const acknowledge = el('input', { type: 'checkbox', 'data-testid': 'ack-iam' });
  const button = el('button', { class: 'main', type: 'submit', 'data-testid': 'create-stack', id: 'create-stack' }, 'Create stack');
  const form = el('form', {
    onsubmit: async (event) => {
      event.preventDefault();
      problem.replaceChildren();
      button.disabled = true;
      const parameters = {};
      for (const label of fields) {
        const input = label.querySelector('input, select');
        parameters[input.name] = input.value;
      }
      const capabilities = acknowledge.checked ? ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] : [];
      const body = { region, name: name.value, templateUrl: url, parameters, capabilities };
      try {
        await call('POST', accountPath('/stacks'), body);
        location.hash = '#/stacks/' + encodeURIComponent(name.value) + '/' + region;
      } catch (error) {
        problem.replaceChildren(errorBox(error.message));
        button.disabled = false;
      }
    },
  },
    el('section', {}, el('h2', {}, 'Template'), el('p', { class: 'lead' }, template.description),
      el('code', {}, url), el('p', {}, 'Creates: ' + template.resources.map(({ id, type }) => id + ' (' + type + ')').join(', '))),
    el('section', {}, el('h2', {}, 'Stack name'), el('label', { class: 'field' }, el('span', {}, 'Name'), name)),
    el('section', {}, el('h2', {}, 'Parameters'), ...(fields.length > 0 ? fields : ['This template has no parameters.'])),
    el('section', {}, el('h2', {}, 'Capabilities'),
      el('label', { class: 'check' }, acknowledge,
        el('span', {}, 'I acknowledge that AWS CloudFormation might create IAM resources with custom names.')),
      problem, button));
  show(el('h1', {}, 'Quick create stack'), el('p', { class: 'lead' }, 'Region ' + region), form);
}

async function showStack(name, stackRegion) {
  const path = accountPath('/stacks/' + encodeURIComponent(name) + '?region=' + stackRegion);
  const stack = await call('GET', path);
  const remove = el('button', { 'data-testid': 'delete-stack', onclick: async () => {
    await call('DELETE', path);
    location.hash = '#/stacks';
  } }, 'Delete stack');
  show(el('h1', {}, stack.name), el('p', { class: 'lead' }, stack.description),
    el('section', {}, el('h2', {}, 'Status'), statusText(stack.status),
      stack.statusReason ? el('p', {}, stack.statusReason) : undefined),
    el('section', {}, el('h2', {}, 'Outputs'),
      table(['Key', 'Value'], stack.outputs.map(({ key, value }) => [key, el('code', {}, value)]), 'None yet.')),
    el('section', {}, el('h2', {}, 'Resources'),
      table(['Role'], stack.roles.map(({ name: role }) => [roleLink(role)]), 'None yet.')),
    el('section', {}, el('h2', {}, 'Delete'), el('p', {}, 'Deletes the role at once; access ends with it.'), remove));
  if (/IN_PROGRESS/.test(stack.status)) timer = setTimeout(route, 400);
}

function roleLink(name) {
  return el('a', { href: '#/roles/' + encodeURIComponent(name) }, name);
}

async function stackSection() {
  const { stacks } = await call('GET', accountPath('/stacks'));
  const live = stacks.filter(({ status }) => status !== 'DELETE_COMPLETE');
  const rows = live.map((stack) => [
    el('a', { href: '#/stacks/' + encodeURIComponent(stack.name) + '/' + stack.region }, stack.name),
    stack.region,
    statusText(stack.status),
    el('button', { 'data-testid': 'delete-stack', 'aria-label': 'Delete stack ' + stack.name, onclick: async () => {
      await call('DELETE', accountPath('/stacks/' + encodeURIComponent(stack.name) + '?region=' + stack.region));
      route();
    } }, 'Delete'),
  ]);
  return el('section', {}, el('h2', {}, 'Stacks'), table(['Name', 'Region', 'Status', ''], rows, 'No stacks in this account.'));
}

async function roleSection() {
  const { roles } = await call('GET', accountPath('/roles'));
  const rows = roles.map((role) => [roleLink(role.name), el('code', {}, role.arn)]);
  return el('section', {}, el('h2', {}, 'Roles'), table(['Name', 'ARN'], rows, 'No roles in this account.'));
}

async function showHome() {
  show(el('h1', {}, 'Home'), el('p', { class: 'lead' }, 'Stacks and roles of the account chosen above.'),
    await stackSection(), await roleSection());
}

async function showStacks() {
  show(el('h1', {}, 'CloudFormation stacks'), await stackSection());
}

async function showRoles() {
  show(el('h1', {}, 'IAM roles'), await roleSection());
}

function editor(title, text, testId, buttonId, save) {
  const area = el('textarea', { 'data-testid': testId, 'aria-label': title, spellcheck: 'false' });
  area.value = JSON.stringify(JSON.parse(text), null, 2);
  const outcome = el('span', {});
  const button = el('button', { class: 'main', 'data-testid': buttonId, onclick: async () => {
    outcome.replaceChildren();
    try {
      await save(area.value);
      outcome.replaceChildren(el('span', { class: 'saved', role: 'status' }, 'Saved'));
    } catch (error) {
      outcome.replaceChildren(errorBox(error.message));
    }
  } }, 'Save');
  return el('section', {}, el('h2', {}, title), area, el('div', { class: 'actions' }, button, outcome));
}

async function showRole(name) {
  const path = accountPath('/roles/' + encodeURIComponent(name));
  const role = await call('GET', path);
  const policies = Object.entries(role.policies).map(([policy, text]) =>
    editor('Inline policy: ' + policy, text, 'role-policy-' + policy, 'save-policy-' + policy,
      (value) => call('PUT', path + '/policies/' + encodeURIComponent(policy), value)));
  show(el('h1', {}, role.name), el('p', { class: 'lead' }, el('code', {}, role.arn)),
    editor('Trust policy', role.trustPolicy, 'role-trust', 'save-trust', (value) => call('PUT', path + '/trust', value)),
    ...policies);
}

start();
`;
