import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { ConnectionInventory } from '@/features/inventory/read-inventory';
import { InventoryPanel } from '@/features/inventory/ui/inventory-panel';

const AT = '2027-03-18T10:00:00.000Z';
const show = (inventory: Partial<ConnectionInventory>) =>
  renderToStaticMarkup(<InventoryPanel inventory={{ listedAt: AT, types: [], gaps: [], ...inventory }} />);

describe('the inventory on the page of a connection', () => {
  it('says that it was never taken, and otherwise how much there is, when, and of what', () => {
    expect(show({ listedAt: null })).toContain('not taken yet');
    const html = show({
      types: [
        { type: 'ec2:volume', resources: 1_234, regions: ['eu-west-1', 'us-east-1'], listedAt: AT },
        { type: 'x:y', resources: 1, regions: ['a', 'b', 'c', 'd'], listedAt: '2027-03-17T09:30:00.000Z' },
      ],
    });
    expect(html).toContain('1,235 resources, listed 18 Mar 2027, 10:00 UTC');
    expect(html).toMatch(/title="ec2:volume">EBS volume<\/th><td[^>]*>1,234<\/td><td>eu-west-1, us-east-1</);
    expect(html).toMatch(/>x:y<\/th><td[^>]*>1<\/td><td><span title="a, b, c, d">4 regions<\/span>/);
    expect(html).toContain('17 Mar 2027, 09:30 UTC');
    expect(html).not.toContain('Missing from the inventory');
  });

  it('says that there is nothing where nothing was listed', () => {
    const html = show({});
    expect(html).toContain('0 resources, listed');
    expect(html).toContain('AWS listed no resource');
  });

  it('names what is missing, whether it is for want of a grant, and the reason as text', () => {
    const html = show({
      gaps: [
        {
          ...{ action: 'rds:DescribeDBInstances', isDenied: true, message: 'The <role> does not grant it.' },
          ...{ types: ['rds:db', 'tagged'], regions: ['eu-west-1'] },
        },
        {
          ...{ action: 'sqs:ListQueues', isDenied: false, message: 'AWS did not answer.' },
          ...{ types: ['sqs:queue'], regions: ['eu-south-1'] },
        },
      ],
    });
    expect(html).toMatch(
      /Not granted<\/span> <code[^>]*>rds:DescribeDBInstances<\/code><\/th><td>RDS instance, Other types, by their tags</,
    );
    expect(html).toContain('The &lt;role&gt; does not grant it.');
    expect(html).toMatch(
      /Not reached<\/span> <code[^>]*>sqs:ListQueues<\/code><\/th><td>SQS queue<\/td><td>eu-south-1</,
    );
  });
});
