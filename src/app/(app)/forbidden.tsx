import { ButtonLink } from '@/ui/button-link';
import { Empty } from '@/ui/panel';

/** Where the person's role, or a limit to some accounts, does not reach. */
export default function Forbidden() {
  return (
    <Empty
      title="Your role does not allow this"
      action={<ButtonLink href="/overview">To the overview</ButtonLink>}
    >
      Ask an owner of the workspace. Settings → Roles shows who may do what.
    </Empty>
  );
}
