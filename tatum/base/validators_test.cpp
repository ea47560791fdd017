#include <tatum/base/validators.h>

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>

#include <gtest/gtest.h>

namespace tatum::validators {
namespace {

/// The message that `validator` refuses `value` with; empty when it does not.
std::string fault(const Validator& validator, const Value& value) {
    try {
        validator(value);
        return {};
    } catch (const ValidationError& error) {
        return error.faults().at(0).message;
    }
}
bool passes(const Validator& validator, const Value& value) {
    return fault(validator, value).empty();
}

/// A file that was sent: all that is asked of it is its name.
class NamedFile : public Object {
public:
    explicit NamedFile(std::string name) : name_(std::move(name)) {}
    std::string_view type_name(Self) const override { return "NamedFile"; }
    std::optional<Value> attribute(Self, const Name& name) const override {
        return name == Name("name") ? std::optional<Value>(name_) : std::nullopt;
    }

private:
    std::string name_;
};
Value file(std::string name) { return Value::adopt(new NamedFile(std::move(name))); }

TEST(ValidationErrorTest, SaysItsParamsInItsMessage) {
    const ValidationError error("Only %(left)d of %(all)s are left, 100%%.", "stock",
                                {{"left", 2}, {"all", "ten"}});
    ASSERT_EQ(error.faults().size(), 1U);
    EXPECT_EQ(error.faults()[0].message, "Only 2 of ten are left, 100%.");
    EXPECT_EQ(error.faults()[0].code, "stock");
    EXPECT_EQ(error.faults()[0].field, "");
    EXPECT_EQ(error.faults()[0].params.get("left"), Value(2));
}

TEST(ValidationErrorTest, KnowsParamsFromAFieldWithTwoTexts) {
    const ValidationError params("%(a)s", "code", {{"a", "b"}});
    EXPECT_EQ(params.messages(""), std::vector<std::string>{"b"});
    const ValidationError field("field", "message", "code");
    EXPECT_EQ(field.messages("field"), std::vector<std::string>{"message"});
}

TEST(FormatMessageTest, LeavesWhatIsNoPlaceAndAllWithoutParams) {
    EXPECT_EQ(format_message("100% %(a)s %%", {}), "100% %(a)s %%");
    const Dict params{{"a", 1}};
    EXPECT_EQ(format_message("%(b)s %(a) %(a)x %(a 5% %", params), "%(b)s %(a) %(a)x %(a 5% %");
    EXPECT_EQ(format_message("%(a)s%(a)d%%", params), "11%");
    EXPECT_EQ(format_message("%(a)r %(a)s", Dict{{"a", "x"}}), "'x' x");
}

TEST(RegexValidatorTest, ReadsPythonsSpelling) {
    EXPECT_TRUE(passes(RegexValidator("^a$"), "a\n"));
    EXPECT_FALSE(passes(RegexValidator("^a\\Z"), "a\n"));
    EXPECT_TRUE(passes(RegexValidator("^\\w+$"), "é٣"));
    EXPECT_FALSE(passes(RegexValidator("a.c"), "a\nc"));
    EXPECT_TRUE(passes(RegexValidator("a.c", {.dot_all = true}), "a\nc"));
    EXPECT_TRUE(
        passes(RegexValidator("^B$", {.ignore_case = true, .multi_line = true}), "a\nb\nc"));
    EXPECT_TRUE(passes(RegexValidator("[$]"), "$"));
    EXPECT_TRUE(passes(RegexValidator("\\$"), "$"));
    EXPECT_TRUE(passes(RegexValidator("^1[.]5$"), 1.5));
    EXPECT_EQ(fault(RegexValidator("[0-9]",
                                   {.message = "No digits in %(value)s.", .inverse_match = true}),
                    "a1"),
              "No digits in a1.");
}

TEST(RegexValidatorTest, TakesLinearTimeWhateverTheExpression) {
    const std::string text(100'000, 'a');
    EXPECT_FALSE(passes(RegexValidator("^(a+)+$"), text + "!"));
}

TEST(RegexValidatorTest, IsNotMadeOfWhatIsNoExpression) {
    EXPECT_THROW(RegexValidator("("), ValueError);
    EXPECT_THROW(RegexValidator("(?=a)"), ValueError);
}

TEST(EmailValidatorTest, TakesMailboxesOfTheStandard) {
    for (const char* good : {"a@b.xn--a1", "\"a\\ b\"@b.co", "\"\"@b.co", "a@localhost",
                             "a@[192.0.2.1]", "a@ü.example", "a@xn--1.co"}) {
        EXPECT_TRUE(passes(validate_email, good)) << good;
    }
    for (const char* bad :
         {"", "a", "@b.co", "a@b.c", "a@b.x1", "\"a b\"@b.co", "\"a\"b\"@b.co", "\"a\\\"@b.co",
          "\"@b.co", "a@b\U00010400.co", "a@[::1%eth0]", "a@LOCALHOST", "a@b.co.", "a@b.co\n",
          "a@\xff.co", "a@xn--a-1.xn--a-1"}) {
        EXPECT_FALSE(passes(validate_email, bad)) << bad;
    }
    EXPECT_FALSE(passes(validate_email, Value()));
    EXPECT_FALSE(passes(validate_email, 5));
}

TEST(EmailValidatorTest, RefusesLettersThatPassForOthers) {
    for (const char* bad : {"a\u212a@b.co", "a\u017f@b.co", "a\u0131@b.co", "a\u0130@b.co"}) {
        EXPECT_FALSE(passes(validate_email, bad)) << bad;
    }
}

TEST(EmailValidatorTest, CountsCharactersUpTo320) {
    EXPECT_TRUE(passes(validate_email, std::string(315, 'a') + "@b.co"));
    EXPECT_FALSE(passes(validate_email, std::string(316, 'a') + "@b.co"));
}

TEST(DomainNameValidatorTest, LooksAtEachLabel) {
    const Validator ascii = DomainNameValidator{.accept_idna = false};
    for (const char* good : {"a.com.", "a.b-c", "a.xn--a1b", "a.xn--a-b", "a.xn--a1."}) {
        EXPECT_TRUE(passes(validate_domain_name, good)) << good;
        EXPECT_TRUE(passes(ascii, good)) << good;
    }
    for (const char* bad : {"a.com..", "a.com\n", "a.xn--", ".com", "a..com", "a b.com", ""}) {
        EXPECT_FALSE(passes(validate_domain_name, bad)) << bad;
        EXPECT_FALSE(passes(ascii, bad)) << bad;
    }
    EXPECT_FALSE(passes(validate_domain_name, "1.2.3.44"));
    EXPECT_TRUE(passes(ascii, "1.2.3.44"));
    EXPECT_FALSE(passes(ascii, "ü.de"));
    EXPECT_TRUE(passes(validate_domain_name, std::string(63, 'a') + ".de"));
    EXPECT_FALSE(passes(validate_domain_name, std::string(64, 'a') + ".de"));
    EXPECT_TRUE(passes(validate_domain_name, "x." + std::string(63, 'a')));
    EXPECT_FALSE(passes(validate_domain_name, "x." + std::string(64, 'a')));
}

TEST(DomainNameValidatorTest, TakesAtMost255Characters) {
    std::string name;
    for (int i = 0; i < 126; ++i) name += "a.";
    EXPECT_TRUE(passes(validate_domain_name, name + "com"));
    EXPECT_FALSE(passes(validate_domain_name, name + "comm"));
}

TEST(UrlValidatorTest, KnowsUserHostPortAndRest) {
    const URLValidator url;
    for (const char* good :
         {"http://x.org?a@b", "http://a?@b.com", "http://a@[::1]", "http://[::1]:80",
          "http://x.org.:80/", "http://LOCALHOST", "hTTp://x.org", "http://1.2.3.4:8",
          "http://x.org:80@y.org", "http://x.org?http://a"}) {
        EXPECT_TRUE(passes(url, good)) << good;
    }
    for (const char* bad :
         {"http://a:b:c@x.org", "http://:a@x.org",     "http://u@[a:b]/",    "http://[::1%25eth0]/",
          "http://x.org:",      "http://x.org#a b",    "http://x.org\u00a0", "http://1.2.3.4.",
          "http://01.2.3.4",    "http://x.org/\u3000", "http://a@b@c.org",   "http://\u2100.org/",
          " http://x.org",      "http://[v1.a]/",      "http:///x.org",      "http://1.2.3",
          "http://@x.org",      "http:/x.org",         "x://http://x.org",   "http://[]/",
          "http://[::1"}) {
        EXPECT_FALSE(passes(url, bad)) << bad;
    }
}

TEST(UrlValidatorTest, HasLimitsOfLength) {
    const URLValidator url;
    const std::string start = "http://x.org/";
    EXPECT_TRUE(passes(url, start + std::string(2048 - start.size(), 'a')));
    EXPECT_FALSE(passes(url, start + std::string(2049 - start.size(), 'a')));
    const std::string label = '.' + std::string(62, 'b');
    const std::string host = "a.com" + label + label + label;  // 194
    EXPECT_TRUE(passes(url, "http://" + host + '.' + std::string(58, 'c')));
    EXPECT_FALSE(passes(url, "http://" + host + '.' + std::string(59, 'c')));
    EXPECT_FALSE(passes(URLValidator{.schemes = {"https"}}, "http://x.org"));
}

TEST(LimitValidatorTest, AskAFunctionEveryTime) {
    int limit = 5;
    const MaxValueValidator validator{[&limit] { return limit; }};
    EXPECT_FALSE(passes(validator, 6));
    limit = 6;
    EXPECT_TRUE(passes(validator, 6));
    EXPECT_EQ(fault(MinLengthValidator{[] { return 3; }}, "ab"),
              "Ensure this value has at least 3 characters (it has 2).");
}

TEST(LimitValidatorTest, SaysOneInTheSingular) {
    EXPECT_EQ(fault(MaxLengthValidator{1}, "ab"),
              "Ensure this value has at most 1 character (it has 2).");
    EXPECT_EQ(fault(MinLengthValidator{1}, ""),
              "Ensure this value has at least 1 character (it has 0).");
    EXPECT_TRUE(passes(MaxLengthValidator{2}, List{1, 2}));
    EXPECT_FALSE(passes(MaxLengthValidator{1}, List{1, 2}));
}

TEST(LimitValidatorTest, FillsOwnMessages) {
    EXPECT_EQ(fault(MaxLengthValidator{1, "%(value)s: %(show_value)d > %(limit_value)d"}, "ab"),
              "ab: 2 > 1");
}

TEST(LimitValidatorTest, ThrowsForWhatDoesNotCompare) {
    EXPECT_THROW(MaxValueValidator{5}("a"), ValueError);
    EXPECT_THROW(MaxLengthValidator{5}(5), ValueError);
    EXPECT_THROW(StepValueValidator{5}("a"), ValueError);
    EXPECT_THROW(FileExtensionValidator{{"txt"}}(5), ValueError);
}

TEST(StepValueValidatorTest, CountsFromTheOffset) {
    const auto tenth = Decimal::parse("0.1").value();
    EXPECT_TRUE(passes(StepValueValidator{tenth}, Decimal::parse("0.3").value()));
    EXPECT_TRUE(passes(StepValueValidator{0.1}, 0.3));
    EXPECT_EQ(fault(StepValueValidator{0.1}, 0.30000001),
              "Ensure this value is a multiple of step size 0.1.");
    EXPECT_EQ(fault(StepValueValidator{2, "", 0.5}, 3),
              "Ensure this value is a multiple of step size 2, starting from 0, e.g. 0, 2, 4, and "
              "so on.");
    EXPECT_EQ(fault(StepValueValidator{0.5, "", 1}, 1.25),
              "Ensure this value is a multiple of step size 0.5, starting from 1.0, e.g. 1.0, 1.5, "
              "2.0, and so on.");
    EXPECT_FALSE(passes(StepValueValidator{0}, 3));
    EXPECT_FALSE(passes(StepValueValidator{3}, Value::big_int(std::string(60, '3'))));
}

TEST(DecimalValidatorTest, CountsZerosOnBothSides) {
    const auto number = [](const char* text) { return Value(Decimal::parse(text).value()); };
    EXPECT_EQ(fault(DecimalValidator{5, 2}, number("1E-7")),
              "Ensure that there are no more than 5 digits in total.");
    EXPECT_EQ(fault(DecimalValidator{5, 5}, number("1")),
              "Ensure that there are no more than 0 digits before the decimal point.");
    EXPECT_EQ(fault(DecimalValidator{1, 1}, number("10")),
              "Ensure that there are no more than 1 digit in total.");
    EXPECT_FALSE(passes(DecimalValidator{4, 2}, number("0E-9")));
    EXPECT_FALSE(passes(DecimalValidator{4, 2}, number("1E+9")));
    EXPECT_TRUE(passes(DecimalValidator{4, 2}, number("0E+9")));
    EXPECT_TRUE(passes(DecimalValidator{4, {}}, number("1.234")));
    EXPECT_FALSE(passes(DecimalValidator{{}, 2}, number("1.234")));
    EXPECT_TRUE(passes(DecimalValidator{2, 1}, 1));
    EXPECT_TRUE(passes(DecimalValidator{2, 1}, 1.5));
}

TEST(FileExtensionValidatorTest, LooksAtTheLastPartOfThePath) {
    const FileExtensionValidator txt{{"TXT"}};
    for (const char* good : {"a.txt", "a.txt/", "a.txt/.", "..txt", "a..txt", "a/b.TXT"}) {
        EXPECT_TRUE(passes(txt, good)) << good;
        EXPECT_TRUE(passes(txt, file(good))) << good;
        EXPECT_TRUE(passes(txt, Dict{{"name", good}})) << good;
    }
    for (const char* bad : {"", ".txt", "a.", "x/.txt", "a.txt\n", "a.txt/b", "a.txt.exe"}) {
        EXPECT_FALSE(passes(txt, bad)) << bad;
    }
    EXPECT_EQ(fault(FileExtensionValidator{{}}, "a.txt"),
              "File extension “txt” is not allowed. Allowed extensions are: .");
    EXPECT_TRUE(passes(validate_image_file_extension, "a.JPG"));
    EXPECT_FALSE(passes(validate_image_file_extension, "a.svg"));
}

TEST(IntListValidatorTest, SeparatesByWhatItIsTold) {
    EXPECT_TRUE(passes(int_list_validator("-"), "1-2"));
    EXPECT_FALSE(passes(int_list_validator("-"), "1--2"));
    EXPECT_TRUE(passes(int_list_validator("-", {.allow_negative = true}), "1--2"));
    EXPECT_FALSE(passes(int_list_validator("."), "1,2"));
    for (const char* bad : {"", "1,2\n", "1,,2", ",1", "1,", "1 ,2"}) {
        EXPECT_FALSE(passes(validate_comma_separated_integer_list, bad)) << bad;
    }
    EXPECT_TRUE(passes(validate_comma_separated_integer_list, "１,２"));
}

TEST(IpAddressValidatorTest, IsThatOfTheProtocol) {
    EXPECT_TRUE(passes(ip_address_validator("IPv4"), "192.0.2.1"));
    EXPECT_FALSE(passes(ip_address_validator("ipv4"), "::1"));
    EXPECT_FALSE(passes(ip_address_validator("ipv6"), "192.0.2.1"));
    EXPECT_TRUE(passes(ip_address_validator("both"), "::1"));
    EXPECT_THROW(ip_address_validator("ipx"), ValueError);
}

TEST(ValidatorTest, IsEqualToOneThatDoesTheSame) {
    EXPECT_EQ(MaxValueValidator{5}, MaxValueValidator{5});
    EXPECT_NE(MaxValueValidator{5}, MaxValueValidator{6});
    EXPECT_NE(MaxValueValidator{5}, (MaxValueValidator{5, "Too much."}));
    const MaxValueValidator asked{[] { return 5; }}, copy = asked;
    EXPECT_EQ(asked, copy);
    EXPECT_NE(asked, MaxValueValidator{[] { return 5; }});
    EXPECT_EQ(RegexValidator("a"), RegexValidator("a"));
    EXPECT_NE(RegexValidator("a"), RegexValidator("a", {.ignore_case = true}));
    EXPECT_EQ((FileExtensionValidator{{"TXT", "png"}}), (FileExtensionValidator{{"png", "txt"}}));
    EXPECT_EQ((EmailValidator{.allowlist = {"a", "b"}}), (EmailValidator{.allowlist = {"b", "a"}}));
    EXPECT_NE(EmailValidator{}, (EmailValidator{.allowlist = {}}));
    EXPECT_EQ((DecimalValidator{4, 2}), (DecimalValidator{4, 2}));
}

TEST(ValidatorTest, SpeaksTheLanguageThatIsCurrent) {
    Translations translations;
    Catalog german;
    german.add({}, "No digits in %(value)s.", "Keine Ziffern in %(value)s.");
    translations.add("de", std::move(german));
    const LocalScope scope(Slot::Language, &translations.language("de"));
    const RegexValidator validator("[0-9]",
                                   {.message = "No digits in %(value)s.", .inverse_match = true});
    EXPECT_EQ(fault(validator, "a1"), "Keine Ziffern in a1.");
}

}  // namespace
}  // namespace tatum::validators
