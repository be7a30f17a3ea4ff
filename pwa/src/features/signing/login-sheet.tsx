/**
 * U7: what the CA asks of the person, drawn from its descriptor. The user name is the registered one and cannot be changed
 * here; the password lives in this sheet's memory until the request has left, and nowhere else.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { serverNow } from "../../api/client";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Facts } from "../../ui/card";
import { Field, PasswordField } from "../../ui/field";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { confirm } from "../../words/vi/confirm";
import { remoteSigning as words } from "../../words/vi/remote-signing";
import type { Certificate, Provider } from "./prepare";
import { HealthNote, useHealth } from "./provider-health";
import { RefusalNote } from "./refusal-note";
import type { Refusal } from "./refusal";

export interface LoginSheetProps {
  provider: Provider;
  certificate: Certificate;
  refusal: Refusal | undefined;
  onPassword: (password: string | null) => void;
  onClosed: () => void;
}

export function LoginSheet({ provider, certificate, refusal, onPassword, onClosed }: LoginSheetProps) {
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState(false);
  const [forgot, setForgot] = useState(false);
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const online = useOnline();
  const { health, down } = useHealth(provider, refusal);
  useEffect(() => {
    // The one thing to do here is to type; a key pressed by habit signs nothing yet.
    if (provider.needs_password) form.current?.querySelector<HTMLInputElement>("#provider-password")?.focus();
  }, [refusal, missing, provider.needs_password]);
  const go = () => {
    setMissing(provider.needs_password && password === "");
    if (!provider.needs_password) onPassword(null);
    else if (password !== "") onPassword(password);
  };
  return (
    <Sheet
      open
      title={say(words.title, { "nhà cung cấp": provider.name })}
      onClose={onClosed}
      actions={
        <>
          <Button class="button-fit" kind="outline" onClick={onClosed}>{confirm.back}</Button>
          <Button class="button-grow" type="submit" form={formId} guard disabled={!online || down}>{words.continue}</Button>
        </>
      }
    >
      {refusal && <RefusalNote refusal={refusal} />}
      <HealthNote provider={provider} health={health} down={down} />
      <form ref={form} id={formId} class="stack" autocomplete="off" onSubmit={(event) => { event.preventDefault(); go(); }}>
        <Field label={words.userName} hint={words.registered} value={certificate.login_masked} onValue={() => undefined} readOnly autocomplete="off" />
        {provider.needs_password && (
          <PasswordField
            id="provider-password"
            label={words.password}
            hint={words.passwordHelp}
            error={missing ? words.passwordMissing : undefined}
            value={password}
            onValue={setPassword}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterKeyHint="next"
          />
        )}
      </form>
      {provider.needs_password && (
        <div>
          <button type="button" class="link-button" aria-expanded={forgot} onClick={() => setForgot(!forgot)}>{words.forgotPassword}</button>
          {forgot && <p role="status">{say(words.resetPassword, { "nhà cung cấp": provider.app_name })}</p>}
        </div>
      )}
      <CertificateCard certificate={certificate} />
    </Sheet>
  );
}

const WARN_DAYS = 30;

export function daysLeft(certificate: Certificate, now: number): number {
  return Math.ceil((Date.parse(certificate.valid_to) - now) / 86_400_000);
}

export function CertificateCard({ certificate }: { certificate: Certificate }) {
  return (
    <div class="certificate">
      <Facts
        facts={[
          { label: words.certificateTitle, value: certificate.subject, strong: true },
          { label: certificate.provider_name, value: `${say(words.serial, { "sê ri": certificate.serial_tail })} · ${say(words.validTo, { ngày: day(certificate.valid_to) })}` },
        ]}
      />
      <ExpiringNote certificate={certificate} />
      <a class="link-button" href="/thay-doi">{words.changeCertificate}</a>
    </div>
  );
}

/** A warning in the last month; signing still works. */
export function ExpiringNote({ certificate }: { certificate: Certificate }) {
  const days = daysLeft(certificate, serverNow());
  if (days > WARN_DAYS) return null;
  return <p class="expiring small"><Icon name="urgent" />{say(words.expiring, { n: days })}</p>;
}
