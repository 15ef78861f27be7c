"""Small programmes made by rule: six members, two waves, every type of question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from survey.intake import write_form
from survey.programme import Programme

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMME = """\
title: {zh: 小型调查, en: Small survey}
organisation: {zh: 协会, en: Association}
first_report: 2020
languages: [zh, en]
level: 0.95
stratum: bank_type
dimensions:
  - code: bank_type
    label: {zh: 银行类型, en: type of bank}
    within: centre_kind
    segments:
      - {code: large, zh: 大型商业银行, en: Large commercial}
      - {code: city, zh: 城市商业银行, en: City commercial}
  - code: centre_kind
    label: {zh: 中心类别, en: Kind of centre}
    segments:
      - {code: debit, zh: 借记卡, en: Debit card}
      - {code: credit, zh: 信用卡, en: Credit card}
crossed: [[bank_type, centre_kind]]
disclosure:
  minimum_base: 3
  dominance_share: 0.9
  why: {zh: 少于三家不予公布, en: Fewer than three are withheld}
publications:
  report:
    - {notebook: chapter}
ledger_segments: {全行业: total/all}
"""

INDICATORS = """\
indicators:
  - code: staff_total
    label: {zh: 从业人员, en: Staff}
    phrase: {zh: 从业人员, en: the number of staff}
    short: {zh: 从业人员, en: Staff}
    definition: {zh: 年末从业人员合计, en: Staff at year end}
    section: main
    kind: total
    of: staff_total
    unit: 人
    digits: 0
  - code: connect_rate
    label: {zh: 接通率, en: Connection rate}
    phrase: {zh: 接通率, en: the connection rate}
    short: {zh: 接通率, en: Connection rate}
    definition: {zh: 接通量除以请求量, en: Calls handled over calls requested}
    section: main
    kind: ratio
    of: calls_handled
    per: calls_requested
    unit: "%"
    digits: 2
  - code: ch_app
    label: {zh: 手机客户端, en: Mobile app}
    phrase: {zh: 提供手机客户端的单位占比, en: the share of members with a mobile app}
    short: {zh: 手机客户端, en: App}
    definition: {zh: 提供手机客户端的单位占比, en: Share of members with a mobile app}
    section: main
    kind: share
    of: channels.app
    unit: "%"
    digits: 0
  - code: mk_phone
    label: {zh: 电话营销, en: Marketing by telephone}
    phrase: {zh: 电话营销的单位占比, en: the share of members marketing by telephone}
    short: {zh: 电话营销, en: Telephone}
    definition: {zh: 开展营销者中电话营销的占比, en: Share of those marketing that use the telephone}
    section: main
    kind: share
    of: mk_channels.phone
    unit: "%"
    digits: 0
"""

MEMBERS = """\
member_id,name,aliases,bank_type,centre_kind,valid_from,valid_to
A1,甲银行,甲行|Bank A,large,debit,2020,
B2,乙银行,,large,debit,2020,
C3,丙银行,,large,credit,2020,
D4,丁银行,,city,debit,2020,
E5,戊银行,,city,debit,2020,
F6,己银行,,city,credit,2020,
"""

PUBLISHED = """\
year,indicator,label_zh,segment,value,unit,change,change_unit,source
2023,ch_app,手机客户端,全行业,67,%,,,printed
"""

QUESTIONNAIRE = """\
wave: "{wave}"
form: {programme}/{wave}/1
title: {{zh: 问卷, en: Questionnaire}}
fieldwork: [{wave}-01-03, {wave}-03-08]
released: "{wave}-07-22"
sections:
  - code: profile
    title: {{zh: 基本情况, en: Profile}}
    questions:
      - code: bank_type
        text: {{zh: 银行类型, en: Type of bank}}
        type: single
        options:
          - {{code: large, zh: 大型商业银行, en: Large commercial banks}}
          - {{code: city, zh: 城市商业银行, en: City commercial banks}}
      - code: staff_total
        text: {{zh: 年末从业人员, en: Staff at year end}}
        type: count
        unit: {{zh: 人, en: persons}}
        range: [1, 60000]
      - code: opened
        text: {{zh: 成立日期, en: Opened on}}
        type: date
      - code: turnover
        text: {{zh: 业务量, en: Turnover}}
        type: amount
        unit: {{zh: 亿元, en: 100 million yuan}}
      - {{code: front, text: {{zh: 前台占比, en: Front-office share}}, type: share, range: [0, 100]}}
      - {{code: middle, text: {{zh: 中台占比, en: Middle-office share}}, type: share, range: [0, 100]}}
      - {{code: back, text: {{zh: 后台占比, en: Back-office share}}, type: share, range: [0, 100]}}
  - code: service
    title: {{zh: 服务, en: Service}}
    questions:
      - code: calls_requested
        text: {{zh: 服务请求量, en: Calls requested}}
        type: count
        unit: {{zh: 人次, en: contacts}}
        range: [0, 2000000000]
      - code: calls_handled
        text: {{zh: 接通量, en: Calls handled}}
        type: count
        unit: {{zh: 人次, en: contacts}}
        range: [0, 2000000000]
      - code: satisfaction
        text: {{zh: 客户满意度, en: Customer satisfaction}}
        type: rate
        unit: {{zh: "%", en: "%"}}
        range: [50, 100]
      - code: channels
        text: {{zh: 渠道, en: Channels}}
        type: multi
        options:
          - {{code: app, zh: 手机客户端, en: Mobile app}}
          - {{code: sms, zh: 短信, en: Text message}}
{marketing}      - {{code: highlights, text: {{zh: 亮点, en: Highlights}}, type: text}}
rules:
  - id: handled_le_requested
    severity: hard
    check: calls_handled <= calls_requested
    message: {{zh: 接通量大于请求量, en: More calls handled than requested}}
  - id: shares_sum
    severity: soft
    check: abs(front + middle + back - 100) <= 0.5
    message: {{zh: 三项占比之和应为100, en: The three shares should add up to 100}}
"""

MARKETING = """\
      - code: marketing
        text: {zh: 是否开展营销, en: "Is there marketing?"}
        type: single
        options:
          - {code: "yes", zh: 是, en: "Yes"}
          - {code: "no", zh: 否, en: "No"}
      - code: mk_channels
        text: {zh: 营销渠道, en: Marketing channels}
        type: multi
        ask_if: marketing == yes
        options:
          - {code: phone, zh: 电话, en: Telephone}
          - {code: sms, zh: 短信, en: Text message}
"""

# what an untroubled member of the wave 2023 answers
ANSWERS = {
    "bank_type": "大型商业银行",
    "staff_total": 100,
    "opened": "2001-05-01",
    "turnover": 12.5,
    "front": 60,
    "middle": 30,
    "back": 10,
    "calls_requested": 1000,
    "calls_handled": 900,
    "satisfaction": 98.5,
    "channels.app": "是",
    "channels.sms": "否",
    "marketing": "是",
    "mk_channels.phone": "是",
    "mk_channels.sms": "否",
    "highlights": "智能客服",
}
TYPES = {
    "A1": "大型商业银行",
    "B2": "大型商业银行",
    "C3": "大型商业银行",
    "D4": "城市商业银行",
    "E5": "城市商业银行",
    "F6": "城市商业银行",
}
NAMES = {"A1": "甲银行", "B2": "乙银行", "C3": "丙银行", "D4": "丁银行", "E5": "戊银行", "F6": "己银行"}


@dataclass(frozen=True)
class Small:
    """A small programme's folder, and how members send their returns."""

    folder: Path

    @property
    def programme(self):
        """Read the programme anew, as a command would."""
        return Programme(self.folder)

    def returns(self, wave="2023"):
        return self.folder / wave / "returns"

    def answers(self, member, **changed):
        """Return what a member answers; dots in codes are written as double underscores."""
        return ANSWERS | {"bank_type": TYPES[member]} | {k.replace("__", "."): v for k, v in changed.items()}

    def send(self, member="A1", file=None, *, wave="2023", form_of=None, cover=None, extra=None, **changed):
        """Put a member's return into the wave's folder; return its path."""
        form = self.programme.questionnaire(form_of or wave)
        path = self.returns(wave) / (file or f"{wave}_{member}.xlsx")
        path.parent.mkdir(parents=True, exist_ok=True)
        named = {
            "form": form.form, "member_id": member, "name": NAMES[member], "submitted": f"{wave}-01-10",
        }  # fmt: skip
        write_form(path, form, named | (cover or {}), self.answers(member, **changed), extra)
        return path

    def correct(self, *lines, wave="2023"):
        """Write corrections.csv: date, member, question, option, value, reason, author."""
        head = "date,member_id,question,option,value,reason,author"
        (self.folder / wave / "corrections.csv").write_text(
            "\n".join((head, *lines)) + "\n", encoding="utf-8"
        )

    def edit(self, name, old, new):
        """Change a definition file; the text to replace must be there."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path


def of_one_language(programme, lang):
    """Rewrite every definition of a programme with the texts of one language alone."""

    def reduced(entry):
        if isinstance(entry, dict):
            drop = {"zh", "en"} - {lang} if lang in entry else set()
            return {key: reduced(part) for key, part in entry.items() if key not in drop}
        return [reduced(part) for part in entry] if isinstance(entry, list) else entry

    for path in programme.folder.rglob("*.yaml"):
        settings = reduced(yaml.safe_load(path.read_text(encoding="utf-8")))
        if path.name == "programme.yaml":
            settings["languages"] = lang
        path.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")


def small_programme(folder, name="small"):
    """Write the files of a programme of two waves, without returns."""
    own = folder / name
    for wave in ("2022", "2023"):
        (own / wave).mkdir(parents=True)
        words = QUESTIONNAIRE.format(wave=wave, programme=name, marketing=MARKETING if wave == "2023" else "")
        (own / wave / "questionnaire.yaml").write_text(words, encoding="utf-8")
    for file, text in (
        ("programme.yaml", PROGRAMME),
        ("indicators.yaml", INDICATORS),
        ("members.csv", MEMBERS),
        ("published.csv", PUBLISHED),
    ):
        (own / file).write_text(text, encoding="utf-8")
    return Small(own)
