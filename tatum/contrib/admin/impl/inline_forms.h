#pragma once

#include <tatum/contrib/admin/impl/form_plan.h>
#include <tatum/contrib/admin/impl/log.h>

#include <optional>

namespace tatum::admin::impl {

/// The rows of one inline: a form for each that is there, some for new ones, and an empty one that
/// the page's script copies. Django's inline formset, with the same names of fields.
///
/// Queries: 1 for the rows, and 1 for each relation that is shown as a select; none depends on the
/// number of rows. Checking what was sent: as AnyModelForm, for each row that has changed.
class InlineForms {
public:
    /// Forms that a sent page may have beyond those that the inline allows.
    static constexpr int kFormsBeyondMax = 1000;

    /// nullopt where the visitor may not even see the rows.
    static Owned<InlineForms> make(const Page& page, const Inline& rows,
                                   const db::AnyObject& parent, std::string prefix,
                                   bool all_readonly);

    InlineForms(const Page& page, const Inline& rows, const db::ModelMeta& model,
                const db::FieldMeta& key, db::AnyObject parent, std::string prefix,
                bool all_readonly);
    ~InlineForms();

    const std::string& prefix() const { return prefix_; }
    bool is_multipart() const;
    bool is_valid();
    /// Writes what has changed; `parent` is saved by now. Throws IntegrityError.
    void save(const db::AnyObject& parent, ChangeMessage& message);
    void want_texts(KeyTexts& texts) const;
    void set_texts(const KeyTexts& texts);
    Dict context();
    /// The rules of slugs, by prefix.
    void add_prepopulated(Dict& rules) const;
    int error_count();

private:
    struct Row;

    bool may_add() const;
    bool may_change() const;
    bool may_delete() const;
    db::RowsPtr stored_rows() const;
    void load(bool is_bound);
    void load_stored(const db::RowsPtr& stored);
    bool load_sent(const db::RowsPtr& stored);
    Row& add_row(db::AnyObject object, std::string index, bool is_new, bool is_bound,
                 std::optional<std::string> fault = {});
    bool check(Row& row);
    void label_inputs(Row& row) const;
    Dict row_context(Row& row);
    std::string management_html() const;

    const Page& page_;
    const Inline& inline_;
    const db::ModelMeta& model_;
    const db::FieldMeta& key_;
    const ModelAdminBase* admin_;  ///< of the rows' model; may be null
    db::AnyObject parent_;
    std::string prefix_;
    bool all_readonly_;
    FormPlan plan_;
    std::vector<Owned<Row>> rows_;
    Owned<Row> template_;
    Names faults_;
    int initial_ = 0;
};

}  // namespace tatum::admin::impl
