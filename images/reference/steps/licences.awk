# One JSON object from the names of licences, one per line.
function quoted(text) {
  gsub(/[\\"]/, "\\\\&", text)
  gsub(/[[:cntrl:]]/, " ", text)
  return "\"" text "\""
}
{ list = list (list == "" ? "" : ",") quoted($0) }
END { print "{\"package\":" quoted(package) ",\"version\":" quoted(version) ",\"licenses\":[" list "]}" }
