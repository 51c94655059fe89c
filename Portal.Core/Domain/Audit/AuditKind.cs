namespace Portal.Core.Domain.Audit;

/// <summary>
/// What was done. The hundreds are what a reader filters by (<see cref="AuditGroup"/>); numbers are stored and never
/// change.
/// </summary>
public enum AuditKind
{
    SignedIn = 100,
    SignInFailed = 101,
    AccountLocked = 102,
    SessionEnded = 103,
    PasswordSet = 110,
    AuthenticatorOn = 111,
    AuthenticatorOff = 112,
    RecoveryCodesMade = 113,
    RecoveryCodeUsed = 114,

    KeyMade = 200,
    KeyRevoked = 201,

    AppMade = 300,
    AppChanged = 301,
    AppDeleted = 302,
    AppRestored = 303,

    MemberAdded = 400,
    MemberChanged = 401,
    MemberRemoved = 402,
    InvitationMade = 403,
    InvitationWithdrawn = 404,
    InvitationSpent = 405,

    ConceptMade = 500,
    ConceptChanged = 501,
    ConceptDeleted = 502,
    ConceptRestored = 503,

    ModelMade = 600,
    ModelChanged = 601,
    ModelDeleted = 602,
    ModelRestored = 603,
    ModelVersionMade = 604,

    WorkflowMade = 700,
    WorkflowChanged = 701,
    WorkflowDeleted = 702,
    WorkflowRestored = 703,
    WorkflowVersionMade = 704,
    DefaultWorkflowChanged = 705,
    BackfillStarted = 706,

    InputsChanged = 800,
    InputsChangeUndone = 801,

    ImportStarted = 900,
    ExportStarted = 901,
}

/// <summary>Kinds that belong together.</summary>
public enum AuditGroup
{
    SignIn = 1,
    Keys = 2,
    App = 3,
    Members = 4,
    Concepts = 5,
    Models = 6,
    Workflows = 7,
    Inputs = 8,
    Exchange = 9,
}
