// Signing with a DSC token: finds the companion on this computer, asks, and brings back signatures.
{
  const PORTS = [37451, 37452, 37453];
  const KEPT = "ecoo-companion";
  let panel, base, shown, undelivered;

  const part = (name) => panel.querySelector(`[data-part="${name}"]`);
  const words = (code) => panel.querySelector(`[data-code="${code}"]`)?.textContent;
  const say = (text) => (part("said").textContent = text);

  const only = (...names) => {
    for (const one of panel.querySelectorAll("form[data-part]")) one.hidden = !names.includes(one.dataset.part);
  };

  class Trouble extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }

  const kept = () => {
    try {
      return localStorage.getItem(KEPT) ?? "";
    } catch {
      return "";
    }
  };

  const keep = (token) => {
    try {
      localStorage.setItem(KEPT, token);
    } catch {
      // Without storage the code is typed for each page.
    }
    keep.now = token;
  };

  const ask = async (path, body, seconds = 0) => {
    let answer;
    try {
      answer = await fetch(`${base}/v1/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${keep.now ?? kept()}` },
        body: JSON.stringify(body),
        signal: seconds ? AbortSignal.timeout(seconds * 1000) : undefined,
      });
    } catch {
      throw new Trouble("gone");
    }
    const found = await answer.json();
    if (!answer.ok) throw new Trouble(found.error, found.message);
    return found;
  };

  const tell = async (url, fields) => {
    const body = new URLSearchParams([...new FormData(part("again")), ...fields]);
    for (const ref of panel.dataset.refs.split(" ")) body.append("ref", ref);
    let answer, found;
    try {
      answer = await fetch(url, { method: "POST", body });
      found = await answer.json();
    } catch {
      throw new Trouble("portal");
    }
    if (!answer.ok) throw new Trouble("said", found.message);
    return found;
  };

  const isDenied = async () => {
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name })).state === "denied";
      } catch {
        // This browser does not know the name, or has no such permission.
      }
    }
    return false;
  };

  const hello = async (port) => {
    const address = `http://127.0.0.1:${port}`;
    const answer = await fetch(`${address}/v1/hello`, { signal: AbortSignal.timeout(5000) });
    if ((await answer.json()).program !== "ecoo-companion") throw new Error("another program");
    return address;
  };

  const find = async () => {
    try {
      base = await Promise.any(PORTS.map(hello));
    } catch {
      throw new Trouble((await isDenied()) ? "denied" : "not_running");
    }
  };

  const option = ({ token, one }) => {
    const until = one.not_after.slice(0, 10);
    return new Option(`${one.holder} (${token.label}, ${until})`, one.sha256);
  };

  const list = async () => {
    const { tokens } = await ask("certificates", {}, 60);
    const all = tokens.flatMap((token) => token.certificates.map((one) => ({ token, one })));
    shown = all.filter(({ one }) => one.fit);
    if (!tokens.length) throw new Trouble("no_token");
    if (!shown.length) throw new Trouble(all.some(({ one }) => !one.in_validity) ? "out_of_period" : "no_certificate");
    const box = part("choose").querySelector("select");
    box.replaceChildren(...shown.map(option));
    only("choose");
    warn();
  };

  const chosen = () => shown.find(({ one }) => one.sha256 === part("choose").querySelector("select").value);

  const warn = () => {
    const { pin } = chosen().token;
    say(pin === "ok" ? words("ready") : words(`pin_${pin}`));
    part("choose").querySelector("button").disabled = pin === "locked";
  };

  const trouble = (error) => {
    const { code, message } = error;
    if (code === "not_paired" || code === "code_wrong" || code === "pairing_closed") only("pair", ...(code === "pairing_closed" ? ["again"] : []));
    else only("again");
    if (code === "not_paired" && !kept()) say(words("pair"));
    else say((code !== "said" && words(code)) || message || words("portal"));
    panel.dataset.trouble = code ?? "script";
    if (!code) throw error;
  };

  const act = async (what) => {
    delete panel.dataset.trouble;
    try {
      await what();
    } catch (error) {
      trouble(error);
    }
  };

  const look = () => act(async () => {
    only();
    if (undelivered) return deliver();
    say(words("looking"));
    await find();
    await list();
  });

  const pair = () => act(async () => {
    const { token } = await ask("pair", { code: part("pair").querySelector("input").value.trim() }, 10);
    keep(token);
    await list();
  });

  const sign = () => act(async () => {
    const { one } = chosen();
    only();
    say(words("checking"));
    const { request } = await tell(panel.dataset.ask, [["certificate", one.der]]);
    say(words("look_there"));
    const made = await ask("sign", { request });
    say(words("bringing"));
    const fields = new URLSearchParams({ certificate: made.certificate });
    const by = new Map(made.signatures.map((done) => [done.doc_id, done.signature]));
    for (const ref of panel.dataset.refs.split(" ")) fields.append("signature", by.get(ref) ?? "");
    undelivered = fields;
    await deliver();
  });

  // What the token signed is worth a second try on a bad line.
  const deliver = async () => {
    const { next } = await tell(panel.dataset.answer, undelivered);
    location.assign(panel.dataset.next || next);
  };

  const begin = () => {
    const found = document.querySelector("[data-token]");
    if (!found || found === panel) return;
    panel = found;
    const acts = { pair, choose: sign, again: look };
    for (const [name, does] of Object.entries(acts)) {
      part(name).addEventListener("submit", (event) => {
        event.preventDefault();
        does();
      });
    }
    part("choose").querySelector("select").addEventListener("change", warn);
    look();
  };

  document.addEventListener("htmx:finally:request", () => setTimeout(begin));
  begin();
}
