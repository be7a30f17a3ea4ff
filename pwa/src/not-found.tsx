/** An address that leads nowhere. */
import { ButtonLink } from "./ui/button";
import { EmptyState } from "./ui/states";
import { TopBar } from "./ui/top-bar";
import { notFound as words } from "./words/vi/not-found";

export function NotFound({ home }: { home: string }) {
  return (
    <>
      <TopBar title={words.title} back={home} />
      <EmptyState icon="question" action={<ButtonLink href={home}>{words.goHome}</ButtonLink>}>{words.body}</EmptyState>
    </>
  );
}
