import { ButtonLink } from '@/ui/button-link';
import { Empty } from '@/ui/panel';

export default function NotFoundPage() {
  return (
    <main style={{ maxWidth: 640, margin: '12vh auto', padding: 16 }}>
      <Empty
        title="There is no such page"
        action={<ButtonLink href="/overview">Open the overview</ButtonLink>}
      >
        It does not exist, or it belongs to another workspace.
      </Empty>
    </main>
  );
}
