-- Writes figures, tables and call-outs of the page as calls of our Typst template.
-- Text always passes through pandoc's own writer or a quoted string, so none of it is read as Typst code.

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\r?\n", " ") .. '"'
end

local function content(blocks)
  local written = pandoc.write(pandoc.Pandoc(blocks), "typst", { wrap_text = "none" })
  return "[" .. written:gsub("%s+$", "") .. "]"
end


-- `#f(..) #label("x")` would label nothing: a label must follow its element inside markup.
local function labelled(call, id)
  if id == "" then return pandoc.RawBlock("typst", "#" .. call) end
  return pandoc.RawBlock("typst", "#labelled(" .. call .. ", " .. quoted(id) .. ")")
end

local function image_call(image)
  local alt = pandoc.utils.stringify(image.caption)
  return "image(" .. quoted(image.src) .. (alt == "" and "" or ", alt: " .. quoted(alt))
end

local function Figure(figure)
  local images = {}
  pandoc.Blocks(figure.content):walk({
    Image = function(image) table.insert(images, image_call(image) .. ", width: 100%)") end,
  })
  if #images == 0 then return nil end
  local caption = #figure.caption.long > 0 and content(figure.caption.long) or "none"
  local call = "picture((" .. table.concat(images, ", ") .. ",), caption: " .. caption .. ")"
  return labelled(call, figure.identifier)
end

local function Image(image)
  return pandoc.RawInline("typst", "#box(" .. image_call(image) .. ", height: 1.2em))")
end

local mere_text = { Str = true, Space = true, SoftBreak = true }

-- Mere text goes in as a string: pandoc's writer takes a millisecond a call, and tables have thousands of cells.
local function cell_content(blocks)
  if #blocks == 0 then return '""' end
  if #blocks > 1 or blocks[1].t ~= "Plain" then return content(blocks) end
  for _, inline in ipairs(blocks[1].content) do
    if not mere_text[inline.t] then return content(blocks) end
  end
  return quoted(pandoc.utils.stringify(blocks[1]))
end

local function cell_call(cell, is_head, is_first)
  local settings = {}
  if cell.row_span > 1 then table.insert(settings, "rowspan: " .. cell.row_span) end
  if cell.col_span > 1 then table.insert(settings, "colspan: " .. cell.col_span) end
  if is_first or cell.attributes["data-align"] == "left" then
    table.insert(settings, "align: left + " .. (is_head and "bottom" or "top"))
  elseif is_head and cell.col_span > 1 then
    table.insert(settings, "align: center + bottom")
  end
  local written = cell_content(cell.contents)
  if #settings == 0 then return written end
  return "table.cell(" .. table.concat(settings, ", ") .. ", " .. written .. ")"
end

-- Give the rows as Typst cells; `taken` counts the rows in which the first column is still spanned.
local function rows_of(rows, is_head)
  local written, taken = {}, 0
  for _, row in ipairs(rows) do
    local cells = {}
    for position, cell in ipairs(row.cells) do
      local is_first = position == 1 and taken == 0
      table.insert(cells, cell_call(cell, is_head, is_first))
      if is_first then taken = cell.row_span end
    end
    taken = math.max(taken - 1, 0)
    table.insert(written, table.concat(cells, ", "))
  end
  return written
end

local function tuple(items)
  if #items == 0 then return "()" end
  return "(\n    " .. table.concat(items, ",\n    ") .. ",\n  )"
end

local function table_call(tbl, notes)
  local widths = {}
  for width in (tbl.attributes["widths"] or ""):gmatch("%S+") do table.insert(widths, width .. "fr") end
  local body = {}
  for _, part in ipairs(tbl.bodies) do
    for _, rows in ipairs({ part.head, part.body }) do
      for _, row in ipairs(rows_of(rows, false)) do table.insert(body, row) end
    end
  end
  for _, row in ipairs(rows_of(tbl.foot.rows, false)) do table.insert(body, row) end
  return "numbers(\n  size: " .. (tbl.attributes["size"] or "9") .. "pt"
    .. ",\n  landscape: " .. (tbl.attributes["landscape"] == "yes" and "true" or "false")
    .. ",\n  columns: " .. tuple(widths)
    .. ",\n  rows: " .. #body
    .. ",\n  caption: " .. (#tbl.caption.long > 0 and content(tbl.caption.long) or "none")
    .. ",\n  notes: " .. (#notes > 0 and content(notes) or "none")
    .. ",\n  head: " .. tuple(rows_of(tbl.head.rows, true))
    .. ",\n  body: " .. tuple(body) .. ",\n)"
end

local function Table(tbl)
  return labelled(table_call(tbl, {}), tbl.identifier)
end

local function table_block(div)
  local tbl, notes = nil, pandoc.Blocks({})
  for _, block in ipairs(div.content) do
    if block.t == "Table" and tbl == nil then tbl = block else notes:insert(block) end
  end
  if tbl == nil then return nil end
  for _, block in ipairs(notes) do
    if block.t == "Table" or block.t == "Figure" then return nil end
  end
  return labelled(table_call(tbl, notes), tbl.identifier)
end

-- Each card is one content argument; its first paragraph is the label, its second the number, the rest remarks.
local function cards_call(div)
  local made = {}
  for _, card in ipairs(div.content) do
    if card.t == "Div" then
      local lines = {}
      for _, block in ipairs(card.content) do table.insert(lines, content({ block })) end
      table.insert(made, "(" .. table.concat(lines, ", ") .. ",)")
    end
  end
  local columns = div.classes:includes("cards-3") and "3" or "4"
  return pandoc.RawBlock("typst", "#cards(" .. columns .. ", " .. table.concat(made, ",\n  ") .. ")")
end

local function Div(div)
  if div.classes:includes("cards") then return cards_call(div), false end
  if div.classes:includes("table-block") then
    local made = table_block(div)
    if made then return made, false end
  end
  for _, kind in ipairs({ "aside", "statement", "notes" }) do
    if div.classes:includes(kind) then
      local tone = div.classes[2] or ""
      local opening = pandoc.RawBlock("typst", "#" .. kind .. "(" .. quoted(tone) .. ")[")
      local blocks = pandoc.Blocks({ opening })
      blocks:extend(div.content)
      blocks:insert(pandoc.RawBlock("typst", "]"))
      return blocks
    end
  end
  return div.content
end

local function Span(span)
  if span.classes:includes("number") then
    return pandoc.RawInline("typst", "#numeral(" .. quoted(pandoc.utils.stringify(span)) .. ")")
  end
  return span.content
end

-- Before a figure or a table of the text itself, and before the headings it follows, stands an anchor.
local function Pandoc(doc)
  local anchored, headings = pandoc.Blocks({}), pandoc.Blocks({})
  for _, block in ipairs(doc.blocks) do
    if block.t == "Header" then
      headings:insert(block)
    else
      if block.t == "RawBlock" then
        for _, call in ipairs({ "picture(", "numbers(" }) do
          for _, opening in ipairs({ "#" .. call, "#labelled(" .. call }) do
            if block.text:sub(1, #opening) == opening then
              block.text = opening .. "anchored: true, " .. block.text:sub(#opening + 1)
              anchored:insert(pandoc.RawBlock("typst", "#anchor"))
            end
          end
        end
      end
      anchored:extend(headings)
      headings = pandoc.Blocks({})
      anchored:insert(block)
    end
  end
  anchored:extend(headings)
  doc.blocks = anchored
  return doc
end

return {
  { Span = Span },
  { traverse = "topdown", Div = Div, Figure = Figure, Table = Table, Image = Image },
  { Pandoc = Pandoc },
}
