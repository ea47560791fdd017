// full_clean() against what Django 5.2 and 6.0 answer for the same models and values.

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/validators.h>
#include <tatum/db/impl/test_models.h>
#include <tatum/db/migrations/autodetector.h>
#include <tatum/db/migrations/executor.h>

namespace tatum::db::library {
namespace {

// [validator-begin]
void check_even(const Value& value) {
    if (value.as_int() % 2 != 0) {
        throw ValidationError("%(value)s is odd.", "odd", {{"value", value}});
    }
}
// [validator-end]

struct Author : Model<Author> {
    std::string name;

    static void define(Definition<Author>& d) {
        d.field<&Author::name>(max_length(5));
        d.verbose_name("writer");
    }
};

struct Book : Model<Book> {
    ForeignKey<Author> author;
    std::string title, slug, uslug, mail, site, ip = "::1", fixed, note, code;
    Decimal price;
    int count = 0, size = 2, a = 1, b = 1, c = 1;
    std::optional<Date> day;

    static void define(Definition<Book>& d) {
        d.field<&Book::author>(on_delete(Cascade),
                               limit_choices_to(Q("name__startswith", Value("a"))));
        // [option-begin]
        d.field<&Book::title>(max_length(5),
                              validator(validators::RegexValidator(
                                  "^[a-z]*$", {.message = "Lower case only.", .code = "lower"})),
                              validator(validators::MinLengthValidator{2}));
        // [option-end]
        d.field<&Book::slug>(SlugField, unique);
        d.field<&Book::uslug>(SlugField, allow_unicode, blank);
        d.field<&Book::mail>(EmailField, blank, max_length(12));
        d.field<&Book::site>(URLField, blank);
        d.field<&Book::ip>(GenericIPAddressField);
        d.field<&Book::price>(max_digits(4), decimal_places(2));
        d.field<&Book::count>(positive, validator(check_even));
        d.field<&Book::size>(choices({{1, "a"}, {2, "b"}}), validator(check_even));
        d.field<&Book::fixed>(max_length(3), not_editable, choices({{"a", "A"}}));
        d.field<&Book::day>(null, blank);
        d.field<&Book::note>(TextField, blank, max_length(3));
        d.field<&Book::code>(max_length(3), blank, unique_for_date("day"));
        d.field<&Book::a>();
        d.field<&Book::b>();
        d.field<&Book::c>();
        d.unique<&Book::a, &Book::b>();
        d.unique<&Book::c>({.name = "one_c"});
        d.unique<&Book::a>({.name = "a_of_7", .condition = F<&Book::b> == 7});
        d.unique<&Book::b, &Book::c>(
            {.name = "own_text", .violation_message = "B and C are taken."});
        d.check("c_positive", F<&Book::c> >= 0);
    }
};

/// "field code message" of each fault, a line each.
std::string faults_of(Book book) {
    try {
        book.full_clean();
        return {};
    } catch (const ValidationError& error) {
        std::string text;
        for (const ValidationFault& fault : error.faults()) {
            text += fault.field + '/' + fault.code + ": " + fault.message + '\n';
        }
        return text;
    }
}

class FullCleanTest : public testing::Test {
protected:
    FullCleanTest() {
        registry_.add<Author, Book>("library");
        registry_.finish();
        Database& database = databases_.add("default", {.name = ":memory:"});
        scope_.emplace(databases_);
        migrations::Questioner nobody;
        const migrations::MigrationGraph graph(migrations::detect_changes(
            migrations::MigrationGraph({}), migrations::declared_state(registry_), nobody));
        const migrations::Executor executor(database, graph);
        migrations::Progress quiet;
        executor.migrate(executor.plan(), {}, quiet);
        good_.author = Author::objects.create({.name = "ann"});
        bob_ = Author::objects.create({.name = "bob"});
        Book first = good_;
        first.slug = "first";
        first.code = "x";
        first.day = Date::from_days(19723);
        first.a = 50, first.b = 7, first.c = 50;
        first.save();
    }

    /// What full_clean() says of the good book after `change`.
    template <class Change>
    std::string after(Change change) const {
        Book book = good_;
        change(book);
        return faults_of(book);
    }

    ModelRegistry registry_;
    Databases databases_{registry_};
    std::optional<DatabasesScope> scope_;
    Book good_{.title = "abc", .slug = "s1"};
    Author bob_;
};

TEST_F(FullCleanTest, FindsNothingInWhatIsRight) {
    EXPECT_EQ(faults_of(good_), "");
    EXPECT_EQ(after([](Book& b) { b.uslug = "ü-b"; }), "");
    EXPECT_EQ(after([](Book& b) { b.site = "http://x.org"; }), "");
    EXPECT_EQ(after([](Book& b) { b.note = "abcd"; }), "") << "the length of a TextField";
    EXPECT_EQ(after([](Book& b) { b.a = 50, b.b = 8; }), "");
}

TEST_F(FullCleanTest, TakesRelatedRowsThatMayBeChosen) {
    EXPECT_EQ(after([](Book& b) { b.author = ForeignKey<Author>(); }),
              "author/null: This field cannot be null.\n");
    EXPECT_EQ(after([&](Book& b) { b.author = bob_; }),
              "author/invalid: writer instance with id 2 is not a valid choice.\n");
    EXPECT_EQ(after([](Book& b) { b.author = 99; }),
              "author/invalid: writer instance with id 99 is not a valid choice.\n");
}

TEST_F(FullCleanTest, RunsTheValidatorsOfTheModelAndThenTheLength) {
    EXPECT_EQ(after([](Book& b) { b.title = ""; }), "title/blank: This field cannot be blank.\n");
    EXPECT_EQ(after([](Book& b) { b.title = "A"; }),
              "title/lower: Lower case only.\n"
              "title/min_length: Ensure this value has at least 2 characters (it has 1).\n");
    EXPECT_EQ(after([](Book& b) { b.title = "ABCDEF"; }),
              "title/lower: Lower case only.\n"
              "title/max_length: Ensure this value has at most 5 characters (it has 6).\n");
}

TEST_F(FullCleanTest, ChecksWhatTheKindOfAFieldImplies) {
    constexpr const char* kSlug =
        "slug/invalid: Enter a valid “slug” consisting of letters, numbers, underscores or "
        "hyphens.\n";
    EXPECT_EQ(after([](Book& b) { b.slug = "a b"; }), kSlug);
    EXPECT_EQ(after([](Book& b) { b.slug = std::string(51, 'x') + '!'; }),
              std::string(kSlug) +
                  "slug/max_length: Ensure this value has at most 50 characters (it has 52).\n");
    EXPECT_EQ(after([](Book& b) { b.uslug = "ü b"; }),
              "uslug/invalid: Enter a valid “slug” consisting of Unicode letters, numbers, "
              "underscores, or hyphens.\n");
    EXPECT_EQ(after([](Book& b) { b.mail = "a@b"; }),
              "mail/invalid: Enter a valid email address.\n");
    EXPECT_EQ(after([](Book& b) { b.mail = "@bbbbbbbbbbbbb"; }),
              "mail/invalid: Enter a valid email address.\n"
              "mail/max_length: Ensure this value has at most 12 characters (it has 14).\n");
    EXPECT_EQ(after([](Book& b) { b.site = "x"; }), "site/invalid: Enter a valid URL.\n");
    EXPECT_EQ(after([](Book& b) { b.ip = "1.2.3"; }),
              "ip/invalid: Enter a valid IPv4 or IPv6 address.\n");
    EXPECT_EQ(after([](Book& b) { b.ip = ""; }), "ip/blank: This field cannot be blank.\n");
}

TEST_F(FullCleanTest, ChecksNumbersForTheirColumn) {
    EXPECT_EQ(after([](Book& b) { b.price = 100.00_dec; }),
              "price/max_digits: Ensure that there are no more than 4 digits in total.\n");
    EXPECT_EQ(after([](Book& b) { b.price = 100_dec; }),
              "price/max_whole_digits: Ensure that there are no more than 2 digits before the "
              "decimal point.\n");
    EXPECT_EQ(after([](Book& b) { b.price = 1.234_dec; }),
              "price/max_decimal_places: Ensure that there are no more than 2 decimal places.\n");
    EXPECT_EQ(after([](Book& b) { b.price = Decimal::nan(); }),
              "price/invalid: “NaN” value must be a decimal number.\n");
    EXPECT_EQ(after([](Book& b) { b.count = -1; }),
              "count/odd: -1 is odd.\n"
              "count/min_value: Ensure this value is greater than or equal to 0.\n");
    EXPECT_EQ(after([](Book& b) { b.count = 3; }), "count/odd: 3 is odd.\n");
}

TEST_F(FullCleanTest, ValidatesNoValueThatIsNotAmongTheChoices) {
    EXPECT_EQ(after([](Book& b) { b.size = 3; }),
              "size/invalid_choice: Value 3 is not a valid choice.\n");
    EXPECT_EQ(after([](Book& b) { b.size = 1; }), "size/odd: 1 is odd.\n");
}

TEST_F(FullCleanTest, RunsOnlyValidatorsForFieldsThatNobodyEdits) {
    EXPECT_EQ(after([](Book& b) { b.fixed = "b"; }), "");
    EXPECT_EQ(after([](Book& b) { b.fixed = "zzzz"; }),
              "fixed/max_length: Ensure this value has at most 3 characters (it has 4).\n");
}

TEST_F(FullCleanTest, NamesWhatIsTaken) {
    EXPECT_EQ(after([](Book& b) { b.slug = "first"; }),
              "slug/unique: Book with this Slug already exists.\n");
    EXPECT_EQ(after([](Book& b) { b.day = Date::from_days(19723), b.code = "x"; }),
              "code/unique_for_date: Code must be unique for Day date.\n");
    EXPECT_EQ(after([](Book& b) { b.a = 50, b.b = 7; }),
              "/unique_together: Book with this A and B already exists.\n"
              "/: Constraint “a_of_7” is violated.\n");
    EXPECT_EQ(after([](Book& b) { b.b = 7, b.c = 50; }),
              "c/unique: Book with this C already exists.\n"
              "/: B and C are taken.\n");
    EXPECT_EQ(after([](Book& b) { b.c = -1; }), "/: Constraint “c_positive” is violated.\n");
}

TEST_F(FullCleanTest, SpeaksTheLanguageThatIsCurrent) {
    const LocalScope scope(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(after([](Book& b) { b.title = ""; }),
              "title/blank: Dieses Feld darf nicht leer sein.\n");
    EXPECT_EQ(after([](Book& b) { b.slug = "first"; }),
              "slug/unique: Book mit diesem Wert für das Feld Slug existiert bereits.\n");
}

TEST_F(FullCleanTest, MigrationsKnowNothingOfValidators) {
    const auto state = migrations::declared_state(registry_);
    migrations::Questioner nobody;
    ModelRegistry again;
    again.add<Author, Book>("library");
    again.finish();
    const migrations::MigrationGraph graph(
        migrations::detect_changes(migrations::MigrationGraph({}), state, nobody));
    EXPECT_TRUE(
        migrations::detect_changes(graph, migrations::declared_state(again), nobody).empty());
}

}  // namespace
}  // namespace tatum::db::library
