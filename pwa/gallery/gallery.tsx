/** Every piece of the UI kit with lifelike content. Choose a view with `?view=inbox|review|sheet|waiting|form|states`. */
import { render } from "preact";
import { useState } from "preact/hooks";
import { Amount } from "../src/ui/amount";
import { Banner } from "../src/ui/banner";
import { Button } from "../src/ui/button";
import { StatusBadge, type Tone } from "../src/ui/badge";
import { Card, Facts } from "../src/ui/card";
import { Chip } from "../src/ui/chip";
import { RowCard } from "../src/ui/row-card";
import { Checkbox, DateField, Field, MoneyField, PasswordField, RadioCards, Select, TextArea } from "../src/ui/field";
import { Icon, type IconName } from "../src/ui/icons";
import { PageViewer } from "../src/ui/page-viewer";
import { Steps, Timeline } from "../src/ui/progress";
import { Sheet } from "../src/ui/sheet";
import { Skeleton } from "../src/ui/skeleton";
import { EmptyState, ErrorState } from "../src/ui/states";
import { Timer } from "../src/ui/timer";
import { Pane } from "../src/ui/title-bar";
import { ActionBar, TopBar } from "../src/ui/top-bar";
import { amountInWords } from "../src/words/amount-in-words";
import "../src/styles/index.css";

const view = new URLSearchParams(location.search).get("view") ?? "inbox";
const theme = new URLSearchParams(location.search).get("theme");
if (theme) document.documentElement.dataset["theme"] = theme;

type Row = { title: string; sub: string; amount: number; no: string; who: string; badge?: [Tone, string] };
const rows: Row[] = [
  { title: "Công ty Trách nhiệm hữu hạn Thương mại và Dịch vụ Hoàng Gia Phát", sub: "Thanh toán tiền mua văn phòng phẩm quý IV năm 2026", amount: 2122500000, no: "UNC 1203", who: "Trần Thị Bích · 2 giờ", badge: ["warning", "Gấp – hạn 16:00"] },
  { title: "Công ty Cổ phần Xây dựng Trường Thịnh", sub: "Thanh toán khối lượng hoàn thành đợt 3, gói thầu sửa chữa trụ sở", amount: 988850000, no: "RDT 0417", who: "Lê Quỳnh Như · 3 giờ" },
  { title: "Nguyễn Thị Thu Hương", sub: "Tạm ứng công tác phí", amount: 2587750, no: "UNC 1204", who: "Trần Thị Bích · 5 giờ", badge: ["wait", "Đang chờ xác nhận ký"] },
  { title: "Tổng công ty Điện lực Thành phố Hồ Chí Minh", sub: "Tiền điện tháng 10 năm 2026", amount: 453210950000, no: "UNC 1205", who: "Trần Thị Bích · 1 ngày" },
  { title: "Bảo hiểm Xã hội Thành phố Hồ Chí Minh", sub: "Nộp bảo hiểm xã hội tháng 11", amount: 3512200000, no: "UNC 1206", who: "Lê Quỳnh Như · 1 ngày", badge: ["info", "Đã thay đổi sau khi bạn xem"] },
  { title: "Trần Đình Phước", sub: "Thanh toán tiền thuê hội trường", amount: 474950000, no: "UNC 1207", who: "Trần Thị Bích · 2 ngày" },
];

function Inbox({ selected }: { selected?: boolean }) {
  const [filter, setFilter] = useState("Tất cả");
  return (
    <>
      <TopBar title="Chờ tôi duyệt" sub={<><span class="dot dot-live" />Sở Tài chính · 14 chứng từ</>} onHelp={() => undefined} />
      <div class="content">
        <section class="hero">
          <p class="muted">Tổng số tiền chờ bạn duyệt</p>
          <Amount value={461852250750} size="hero" spoken="Bốn trăm sáu mươi mốt tỷ" />
          <dl class="hero-numbers"><div><dt>chứng từ</dt><dd>14</dd></div><div><dt>gấp</dt><dd>2</dd></div><div><dt>đang chờ ký</dt><dd>1</dd></div></dl>
        </section>
        <div class="chips">{["Tất cả", "Gấp", "Của đơn vị Sở Tài chính"].map((name) => <Chip key={name} on={filter === name} onClick={() => setFilter(name)}>{name}</Chip>)}</div>
        <div class="row-list">
          {rows.map((row, index) => (
            <RowCard key={row.no} href="#" title={row.title} sub={row.sub} selected={Boolean(selected) && index === 1} amount={<Amount value={row.amount} />} meta={<span>{row.no} · {row.who}</span>} badge={row.badge && <StatusBadge tone={row.badge[0]}>{row.badge[1]}</StatusBadge>} />
          ))}
        </div>
      </div>
    </>
  );
}

const page = { src: "/gallery/page.svg", alt: "Trang 1 của ủy nhiệm chi", width: 720, height: 1018 };

function Review() {
  return (
    <>
      <TopBar title="Ủy nhiệm chi 1203" back="/" onHelp={() => undefined} />
      <div class="content">
        <section class="hero">
          <StatusBadge tone="warning">Gấp – hạn 16:00</StatusBadge>
          <p><Amount value={988850000} size="hero" /></p>
          <p class="muted">Chín trăm tám mươi tám triệu tám trăm năm mươi nghìn đồng</p>
          <h2>Công ty Cổ phần Xây dựng Trường Thịnh</h2>
        </section>
        <div class="split">
          <div class="stack">
            <Card tone="warning" title="Cảnh báo">Tài khoản nhận tiền khác với lần thanh toán trước.</Card>
            <Card title="Thông tin chính">
              <Facts facts={[{ label: "Tài khoản nhận", value: <span class="figures">0071 0012 3456 7</span>, strong: true }, { label: "Ngân hàng", value: "Ngân hàng TMCP Ngoại thương Việt Nam, Chi nhánh Thành phố Hồ Chí Minh" }, { label: "Nội dung", value: "Thanh toán khối lượng hoàn thành đợt 3, gói thầu sửa chữa trụ sở" }, { label: "Mục lục ngân sách", value: <span class="figures">Chương 418 · Khoản 341 · Tiểu mục 6907</span> }]} />
            </Card>
            <Card title="Quá trình xử lý">
              <Timeline entries={[{ id: "1", at: "22/11/2026 08:10", text: "Trần Thị Bích lập và gửi chứng từ", icon: "send" }, { id: "2", at: "22/11/2026 09:02", text: "Lê Văn Minh đã ký bằng VNPT SmartCA", tone: "good" }, { id: "3", at: "Từ 22/11/2026 09:02", text: "Chờ bạn duyệt", tone: "wait", icon: "clock" }]} />
            </Card>
          </div>
          <Card title="Chứng từ sẽ ký"><PageViewer pages={[page, page]} caption="Đây chính là văn bản sẽ được ký." /></Card>
        </div>
      </div>
      <ActionBar><Button kind="outline" icon="return">Trả lại</Button><Button icon="sign">Duyệt và ký</Button></ActionBar>
    </>
  );
}

function Confirm() {
  const [value, setValue] = useState<"a" | "b" | "c">("a");
  return (
    <Sheet open title="Gửi ai duyệt tiếp?" onClose={() => undefined} actions={<><Button kind="outline">Quay lại</Button><Button guard>Chọn Nguyễn Văn An</Button></>}>
      <RadioCards legend="Người duyệt tiếp" hideLegend value={value} onValue={setValue} choices={[{ value: "a", title: "Nguyễn Văn An – Chủ tài khoản", sub: "Chứng thư số còn hạn đến 12/08/2028" }, { value: "b", title: "Võ Hoàng Yến – Được ủy quyền đến 31/12/2026", sub: "Chứng thư số còn hạn đến 02/03/2027" }, { value: "c", title: "Bùi Đức Thắng – Chủ tài khoản", barred: "Đang nghỉ phép đến 30/11/2026" }]} />
    </Sheet>
  );
}

function Waiting() {
  const [deadline] = useState(() => new Date(Date.now() + 155_000).toISOString());
  return (
    <>
      <TopBar title="Chờ bạn xác nhận" back="/" onHelp={() => undefined} sub={<><span class="dot dot-live" />Trực tuyến</>} />
      <div class="content">
        <Card><p class="row-title">Công ty Cổ phần Xây dựng Trường Thịnh</p><Amount value={988850000} size="title" /></Card>
        <Card>
          <div class="stack">
            <p class="muted">Mã đối chiếu</p>
            <p class="code" aria-label="Mã đối chiếu: 4, 8, 2, 7, 1, 9, 0, 3"><span>4827</span><span>1903</span></p>
            <p class="small">Chỉ xác nhận khi mã trong ứng dụng trùng với mã này.</p>
          </div>
        </Card>
        <Timer deadline={deadline} totalSeconds={180} now={Date.now} />
        <Card><Steps steps={[{ label: "Đã gửi yêu cầu", state: "done" }, { label: "Chờ bạn xác nhận", state: "now" }, { label: "Hoàn tất", state: "ahead" }]} /></Card>
      </div>
      <ActionBar><Button kind="outline">Mã QR</Button><Button icon="phone">Mở VNPT SmartCA</Button></ActionBar>
    </>
  );
}

function Form() {
  const [money, setMoney] = useState("12500000");
  const [text, setText] = useState("");
  const [on, setOn] = useState(true);
  return (
    <>
      <TopBar title="Chứng từ mới" back="/" onHelp={() => undefined} />
      <div class="content">
        <Card>
          <div class="stack">
            <MoneyField label="Số tiền" value={money} onValue={setMoney} inWords={amountInWords} />
            <Field label="Nội dung thanh toán" hint="Viết như trên chứng từ." error="Nhập nội dung thanh toán." value="" onValue={setText} />
            <DateField label="Lập ngày" value="2026-11-22" onValue={setText} />
            <Select label="Hình thức" value="1" onValue={setText} options={[{ value: "1", label: "Chuyển khoản" }, { value: "2", label: "Tiền mặt" }]} />
            <PasswordField label="Mật khẩu CTS" value="bimat" onValue={setText} autocomplete="off" />
            <TextArea label="Lý do" value={text} onValue={setText} max={500} />
            <Checkbox label="Đây là thiết bị dùng chung" hint="Tự đăng xuất sau 15 phút" checked={on} onChecked={setOn} />
            <div class="button-row"><Button>Tiếp tục</Button><Button kind="outline">Để sau</Button><Button kind="quiet">Bỏ qua</Button><Button kind="danger">Hủy yêu cầu ký</Button><Button busy="Đang gửi…">Gửi</Button><Button disabled>Chưa thể ký</Button></div>
          </div>
        </Card>
      </div>
    </>
  );
}

function States() {
  const icons = "inbox folder intake history bell person help search filter check check-circle clock alert error info urgent return sign send document download offline refresh eye eye-off copy phone shield log-out edit expand".split(" ") as IconName[];
  return (
    <>
      <Banner tone="offline">Không có kết nối mạng. Bạn xem được dữ liệu đã tải lúc 10:15; chưa thể duyệt hoặc ký.</Banner>
      <Banner tone="info" action={<button type="button" class="banner-button">Cập nhật ngay</button>}>Có phiên bản mới</Banner>
      <TopBar title="Trạng thái" onHelp={() => undefined} />
      <div class="content">
        <Card><EmptyState action={<Button kind="outline">Xem lịch sử</Button>}>Bạn đã duyệt hết. Khi có chứng từ mới, chúng tôi sẽ báo ngay.</EmptyState></Card>
        <Card><ErrorState signState="none_created" happened="VNPT đang gặp sự cố." advice="Chứng từ vẫn nằm trong hộp việc của bạn." supportCode="K7-41QF" onRetry={() => undefined} /></Card>
        <Card><ErrorState signState="unknown" happened="Chưa nhận được trả lời từ VNPT." supportCode="K7-41QG" /></Card>
        <Card><div class="chips">{(["neutral", "wait", "good", "warning", "danger", "info"] as Tone[]).map((tone) => <StatusBadge key={tone} tone={tone}>Chờ Kế toán trưởng</StatusBadge>)}</div></Card>
        <Card><div class="chips">{icons.map((name) => <Icon key={name} name={name} />)}</div></Card>
        <Skeleton shapes={["hero", "card"]} />
      </div>
    </>
  );
}

const single = { sheet: Review, waiting: Waiting, form: Form, states: States, review: Review }[view];
const doors: [IconName, string][] = [["inbox", "Chờ duyệt"], ["history", "Lịch sử"], ["bell", "Thông báo"], ["person", "Tài khoản"]];
const both = view === "review" || view === "inbox" || view === "sheet";
const Single = single;

render(
  <div class={both && view !== "inbox" ? "shell shell-bare" : both ? "shell" : "shell shell-bare"}>
    <nav class="nav" aria-label="Điều hướng chính">
      <span class="nav-mark"><img src="/icon.svg" alt="" width="40" height="40" /></span>
      {doors.map(([icon, label], index) => <a key={label} class="nav-door" href="#" aria-current={index === 0 ? "page" : undefined}><Icon name={icon} /><span>{label}</span></a>)}
    </nav>
    <div class={`panes${both ? "" : " panes-alone"}${view === "review" || view === "sheet" ? " panes-open" : ""}`}>
      {both && <div class="pane pane-list"><Pane.Provider value={{ pane: "list", active: view === "inbox" }}><Inbox selected={view !== "inbox"} /></Pane.Provider></div>}
      {Single ? <div role="main" class={both ? "pane pane-detail" : "pane"}><Single /></div> : <div class="pane pane-detail pane-empty"><EmptyState icon="document">Chọn một chứng từ để xem nội dung.</EmptyState></div>}
    </div>
    {view === "sheet" && <Confirm />}
  </div>,
  document.getElementById("app") as HTMLElement,
);
