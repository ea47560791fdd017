#include <tatum/base/validation.h>

namespace tatum {

namespace {

std::string summary_of_faults(const std::vector<ValidationFault>& faults) {
    std::string text;
    for (const ValidationFault& fault : faults) {
        if (!text.empty()) text += ' ';
        if (!fault.field.empty()) text += fault.field + ": ";
        text += fault.message;
    }
    return text;
}

/// Fills the place that starts at `text`, which follows a '%'; how many bytes it takes, or 0.
std::size_t append_place(std::string& out, std::string_view text, const Dict& params) {
    if (text.starts_with('%')) return out += '%', 1;
    const std::size_t end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos || end + 1 == text.size()) return 0;
    const char conversion = text[end + 1];
    const Value* value = params.find(text.substr(1, end - 1));
    if (value == nullptr || std::string_view("srd").find(conversion) == std::string_view::npos)
        return 0;
    if (conversion == 'r')
        value->append_repr(out);
    else
        value->append_str(out);
    return end + 2;
}

}  // namespace

ValidationError::ValidationError(std::string_view message, std::string_view code)
    : ValidationError(ValidationFault{{}, std::string(code), std::string(message)}) {}
ValidationError::ValidationError(std::string_view message, std::string_view code, Params params)
    : ValidationError([&] {
          Dict values(params);
          std::string text = format_message(message, values);
          return ValidationFault{{}, std::string(code), std::move(text), std::move(values)};
      }()) {}
ValidationError::ValidationError(std::string_view field, std::string_view message,
                                 std::string_view code)
    : ValidationError(
          ValidationFault{std::string(field), std::string(code), std::string(message)}) {}
ValidationError::ValidationError(ValidationFault fault)
    : ValidationError(std::vector<ValidationFault>{std::move(fault)}) {}
ValidationError::ValidationError(std::vector<ValidationFault> faults)
    : Exception(summary_of_faults(faults)), faults_(std::move(faults)) {}

std::vector<std::string> ValidationError::messages(std::string_view field) const {
    std::vector<std::string> list;
    for (const ValidationFault& fault : faults_) {
        if (fault.field == field) list.push_back(fault.message);
    }
    return list;
}

std::string format_message(std::string_view message, const Dict& params) {
    if (params.empty()) return std::string(message);
    std::string out;
    std::size_t done = 0;
    for (auto at = message.find('%'); at != std::string_view::npos; at = message.find('%', done)) {
        out.append(message.substr(done, at - done));
        const std::size_t length = append_place(out, message.substr(at + 1), params);
        if (length == 0) out += '%';
        done = at + 1 + length;
    }
    return out.append(message.substr(done));
}

}  // namespace tatum
